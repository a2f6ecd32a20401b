/// The same, read from a name's bytes: a report asks it of every function, and makes no `String` for it.
extension SymbolName {
  /// Where the import path ends that a name begins with, or nil for a name without one.
  public static func packageEnd(in name: Span<UInt8>) -> Int? {
    guard !isCompilerMade(name) else { return nil }
    var slash = 0
    var limit = name.count
    scan: for i in name.indices {
      switch name[i] {
      case UInt8(ascii: "["), UInt8(ascii: "("):
        limit = i
        break scan
      case UInt8(ascii: "/"): slash = i
      default: break
      }
    }
    // In `main.(*T).M` the dot stands right before the bracket.
    for i in slash..<limit where name[i] == UInt8(ascii: ".") { return i > 0 ? i : nil }
    return nil
  }

  /// Whether the compiler made it, for types rather than from source.
  public static func isCompilerMade(_ name: Span<UInt8>) -> Bool {
    guard name.count > 2, name[0] == UInt8(ascii: "t") || name[0] == UInt8(ascii: "g") else { return false }
    return starts(name, "type:") || starts(name, "type..") || starts(name, "go:") || starts(name, "go.struct")
      || starts(name, "go.interface") || starts(name, "go.(") || starts(name, "go.shape")
  }

  /// Whether it is a wrapper that the compiler makes: `…gowrap1`, `…deferwrap2`, `…-fm`.
  public static func isWrapper(_ name: Span<UInt8>) -> Bool {
    var end = name.count
    while end > 0, UInt8(ascii: "0")...UInt8(ascii: "9") ~= name[end - 1] { end -= 1 }
    if end == name.count { return ends(name, at: end, "-fm") }
    return ends(name, at: end, ".gowrap") || ends(name, at: end, ".deferwrap")
  }

  private static func starts(_ name: Span<UInt8>, _ text: StaticString) -> Bool {
    ends(name, at: text.utf8CodeUnitCount, text)
  }

  /// Whether `text` stands in `name` right before `end`.
  private static func ends(_ name: Span<UInt8>, at end: Int, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end >= count, end <= name.count else { return false }
    for i in 0..<count where unsafe name[end - count + i] != text.utf8Start[i] { return false }
    return true
  }
}
