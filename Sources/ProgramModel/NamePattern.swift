/// A pattern for names, as `--filter` takes it: a literal that may occur anywhere in a name, or, if it
/// contains `*` or `?`, a glob that must match the whole name.
///
/// Patterns are not regular expressions, which could take exponential time. A glob backtracks only to its
/// last star, so a match takes at most the product of the two lengths.
public struct NamePattern: Hashable, Sendable {
  private let pattern: [UInt8]

  /// Creates a pattern.
  ///
  /// - Parameter text: the pattern as the user gave it.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    let isGlob = bytes.contains(UInt8(ascii: "*")) || bytes.contains(UInt8(ascii: "?"))
    let star = [UInt8(ascii: "*")]
    pattern = isGlob ? bytes : star + bytes + star
  }

  /// Whether a name matches.
  public func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return matches(bytes.span)
  }

  /// Whether a name matches, given as its bytes.
  public func matches(_ name: Span<UInt8>) -> Bool {
    var at = 0
    var inName = 0
    var star: (pattern: Int, name: Int)?
    while inName < name.count {
      if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
        star = (at, inName)
        at += 1
      } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == name[inName] {
        at += 1
        inName += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        at = last.pattern + 1
        inName = last.name + 1
      } else {
        return false
      }
    }
    while at < pattern.count, pattern[at] == UInt8(ascii: "*") { at += 1 }
    return at == pattern.count
  }
}
