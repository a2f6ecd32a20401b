/// Text for Markdown as GitHub and GitLab show it (CommonMark with GFM's tables and links): what is inside a
/// binary is only text there, never a link, a mention, HTML or the end of a table's cell.
///
/// Control and bidirectional characters are spelled out as for a terminal, so that every text is one line.
public enum MarkdownText {
  /// A symbol, a path: in a code span, in which nothing but backticks has a meaning.
  ///
  ///     MarkdownText.code("main.F[go.shape.int](…)")  // `main.F[go.shape.int](…)`
  ///
  /// - Parameters:
  ///   - text: empty where it is.
  ///   - isInTable: a pipe ends a cell even inside of a code span; the table takes the backslash in front of
  ///     it away, which would stay anywhere else (GFM, «Tables»).
  ///   - width: columns; of a longer text the end is kept.
  public static func code(_ text: String, inTable isInTable: Bool = false, width: Int = 240) -> String {
    let safe = TerminalText.keepingEnd(of: TerminalText.safe(text), width: width).unicodeScalars
    guard let first = safe.first, let last = safe.last else { return "" }
    var longest = 0
    var run = 0
    var body = String.UnicodeScalarView()
    for scalar in safe {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
      if isInTable, scalar == "|" { body.append("\\") }
      body.append(scalar)
    }
    // A span ends at as many backticks as it began with. Next to them one of the text's own would be one
    // more, and of blanks at both ends one is taken away (CommonMark, «Code spans»).
    let fence = String(repeating: "`", count: longest + 1)
    let room = [first, last].contains("`") || first == " " && last == " " ? " " : ""
    return fence + room + String(body) + room + fence
  }

  /// Words, in a table or outside of one.
  ///
  /// Signs of Markdown and HTML get a backslash. What the page itself looks for when Markdown is done
  /// (`@name`, `#12`, `:100:`, addresses, formulas) is broken by a space without width.
  ///
  /// - Parameters:
  ///   - text: hostile until it is escaped.
  ///   - width: columns; of a longer text the beginning is kept.
  public static func text(_ text: String, width: Int = .max) -> String {
    // Four blanks in front would be code, two behind a line's end.
    let words = TerminalText.safe(text).trimmed
    let safe = Array(TerminalText.keepingStart(of: words, width: width).unicodeScalars)
    // What makes a list, a heading or a rule stands in front.
    let digits = safe.prefix { ("0"..."9").contains($0) }.count
    var out = String.UnicodeScalarView()
    for (i, scalar) in safe.enumerated() {
      let next = i + 1 < safe.count ? safe[i + 1] : " "
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "~", "&":
        out.append("\\")
        out.append(scalar)
      case "-", "+", "=", ".", ")":
        if i == (scalar == "." || scalar == ")" ? digits : 0) { out.append("\\") }
        out.append(scalar)
        if scalar == ".", next != " ", isAddress(safe[..<i]) { out += noWidth }
      case "#":
        if i == 0 { out.append("\\") }
        out.append(scalar)
        out += noWidth
      case "@":
        out.append(scalar)
        out += noWidth
      case ":":
        out.append(scalar)
        if next != " " { out += noWidth }
      case "$": out += "<span>$</span>".unicodeScalars
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  private static let noWidth = "&#8203;".unicodeScalars

  /// `www.` is enough for a link (GFM, «Autolinks»).
  private static func isAddress(_ before: ArraySlice<Unicode.Scalar>) -> Bool {
    before.suffix(3).map { $0.properties.lowercaseMapping } == ["w", "w", "w"]
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    guard let first = unicodeScalars.firstIndex(where: { $0 != " " }),
      let last = unicodeScalars.lastIndex(where: { $0 != " " })
    else { return "" }
    return String(unicodeScalars[first...last])
  }
}
