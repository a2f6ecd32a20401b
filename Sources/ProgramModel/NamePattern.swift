/// What `--filter` takes: a literal that stands anywhere in a name, or, with `*` or `?` in it, a glob
/// that the whole name must match.
///
/// No user's pattern is a regular expression: a glob gives up only what its last star took, so its time
/// is at most the name's length times the pattern's.
public struct NamePattern: Hashable, Sendable {
  private let pattern: [UInt8]

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

  /// Whether a name matches.
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
