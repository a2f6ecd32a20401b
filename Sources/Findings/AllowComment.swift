/// A comment `//fathom:allow RULE reason`. It is at the end of the finding's line, on a line of its own above
/// that, or in the comment above the function that contains the line.
struct AllowComment: Hashable {
  static let mark = "//fathom:allow"
  /// The mark without the slashes.
  static let word: StaticString = "fathom:allow"

  var rule: String
  var reason: String
  /// Whether a blank after `//` makes it a comment for people alone, as it does with Go's own directives.
  var hasBlank = false
  /// The comment's line, from 1.
  var line: Int

  /// Returns the comments that apply to a line of a file.
  static func all(about line: Int32, in text: [Substring]) -> [AllowComment] {
    let at = Int(line) - 1
    guard text.indices.contains(at) else { return [] }
    var found = [comment(text, at)].compactMap(\.self)
    found += comments(above: at, text)
    // A top-level declaration starts in the first column (gofmt); in assembly, TEXT does.
    if let function = (0...at).last(where: { line in
      ["func ", "TEXT "].contains { text[line].utf8.starts(with: $0.utf8) }
    }),
      function != at
    {
      found += [comment(text, function)].compactMap(\.self) + comments(above: function, text)
    }
    return found
  }

  /// Returns those in the block of comments that ends right above a line.
  private static func comments(above line: Int, _ text: [Substring]) -> [AllowComment] {
    var found: [AllowComment] = []
    var i = line - 1
    while i >= 0, text[i].utf8.drop(while: isBlank).starts(with: "//".utf8) {
      if let comment = comment(text, i) { found.append(comment) }
      i -= 1
    }
    return found
  }

  fileprivate static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func comment(_ text: [Substring], _ at: Int) -> AllowComment? {
    guard let mark = text[at].range(ofLast: mark) else { return nil }
    return AllowComment(text[at].utf8[mark...], line: at + 1)
  }

  /// Returns all comments of a file, and those that a blank spoils.
  static func all(in text: [Substring]) -> [AllowComment] {
    text.indices.compactMap { at in
      if let comment = comment(text, at) { return comment }
      guard let word = text[at].range(ofLast: "\(word)") else { return nil }
      var before = text[at].utf8[..<word].dropLast(Self.word.utf8CodeUnitCount)
      guard let last = before.last, isBlank(last) else { return nil }
      while let last = before.last, isBlank(last) { before.removeLast() }
      guard before.reversed().starts(with: "//".utf8) else { return nil }
      return AllowComment(text[at].utf8[word...], line: at + 1, hasBlank: true)
    }
  }

  /// What is wrong with the comment by itself; nil for one that may excuse something.
  var problem: String? {
    if hasBlank { return "a blank after // makes it no directive: write \(Self.mark)" }
    if RuleID(rawValue: rule) == nil { return "\(Self.mark) names an unknown rule: «\(Spelled.text(rule))»" }
    return reason.isEmpty ? "\(Self.mark) \(rule) needs a reason after the rule; ignored" : nil
  }
}

extension AllowComment {
  fileprivate init(_ rest: Substring.UTF8View.SubSequence, line: Int, hasBlank: Bool = false) {
    let words = rest.split(whereSeparator: AllowComment.isBlank).map { Substring($0) }
    rule = words.first.map(String.init) ?? ""
    reason = words.dropFirst().joined(separator: " ")
    self.line = line
    self.hasBlank = hasBlank
  }
}

extension Substring {
  /// Returns the end of the last occurrence of a text; nil where there is none.
  fileprivate func range(ofLast text: String) -> Index? {
    let bytes = Array(text.utf8)
    var end = utf8.endIndex
    while true {
      guard let start = utf8.index(end, offsetBy: -bytes.count, limitedBy: utf8.startIndex) else {
        return nil
      }
      if utf8[start..<end].elementsEqual(bytes) { return end }
      guard end > utf8.startIndex else { return nil }
      end = utf8.index(before: end)
    }
  }
}
