/// Text for Markdown as GitHub and GitLab show it (CommonMark with GFM's tables and links). Text from a
/// binary stays text there: it never becomes a link, a mention, HTML or the end of a table's cell.
///
/// Control and bidirectional characters are spelled out as for a terminal, so every text is one line.
public enum MarkdownText {
  /// Returns a symbol or a path as a code span, in which only backticks have a meaning; empty for an empty
  /// text.
  ///
  ///     MarkdownText.code("main.F[go.shape.int](…)")  // `main.F[go.shape.int](…)`
  ///
  /// - Parameters:
  ///   - isInTable: whether it is in a table. There a pipe ends a cell even within a code span, unless a
  ///     backslash precedes it, which the table removes and which would stay anywhere else (GFM, «Tables»).
  ///   - width: the most columns; of a longer text the end is kept.
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
    // A span ends at as many backticks as it began with. A backtick of the text next to them would count as
    // one more, and one blank is removed at each end if there are some at both (CommonMark, «Code spans»).
    let fence = String(repeating: "`", count: longest + 1)
    let room = [first, last].contains("`") || first == " " && last == " " ? " " : ""
    return fence + room + String(body) + room + fence
  }

  /// Returns words, for use in a table or outside of one.
  ///
  /// Characters that have a meaning in Markdown and HTML get a backslash. Text that the page itself turns
  /// into links after Markdown (`@name`, `#12`, `:100:`, addresses, formulas) is broken by a space without
  /// width.
  ///
  /// - Parameters:
  ///   - text: any text; it may be hostile.
  ///   - width: the most columns; of a longer text the beginning is kept.
  public static func text(_ text: String, width: Int = .max) -> String {
    // Four blanks at the beginning would make code, two at the end a line break.
    let words = TerminalText.safe(text).trimmed
    let safe = Array(TerminalText.keepingStart(of: words, width: width).unicodeScalars)
    // Lists, headings and rules are made by characters at the beginning.
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

  /// Whether a dot after these characters makes a link, as after `www` (GFM, «Autolinks»).
  private static func isAddress(_ before: ArraySlice<Unicode.Scalar>) -> Bool {
    before.suffix(3).map { $0.properties.lowercaseMapping } == ["w", "w", "w"]
  }
}

extension String {
  /// The text without blanks at both ends.
  fileprivate var trimmed: String {
    guard let first = unicodeScalars.firstIndex(where: { $0 != " " }),
      let last = unicodeScalars.lastIndex(where: { $0 != " " })
    else { return "" }
    return String(unicodeScalars[first...last])
  }
}
