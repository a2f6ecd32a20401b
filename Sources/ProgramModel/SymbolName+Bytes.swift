/// The same questions, answered from a name's bytes: reports ask them of every function, and need no `String`
/// for them.
extension SymbolName {
  /// Returns the index at which the import path at the start of a name ends; nil for a name without one.
  public static func packageEnd(in name: Span<UInt8>) -> Int? {
    guard !isCompilerMade(name), !isPartOfC(name) else { return nil }
    // The first dot of the path element that the scan is in, and the number of its dots.
    var dot = 0
    var dots = 0
    var hasCapital = false
    scan: for i in name.indices {
      switch name[i] {
      // In `main.(*T).M` the dot is right before the bracket.
      case UInt8(ascii: "["), UInt8(ascii: "("): break scan
      case UInt8(ascii: "/"):
        // `a/mount.Dir.github.com/b.m`: a type of `a/mount` that embeds one of `github.com/b` has that type's
        // unexported methods, too. The capital letter after the first dot distinguishes a type from a host.
        if dots > 1, hasCapital { break scan }
        dots = 0
        hasCapital = false
      case UInt8(ascii: "."):
        if dots == 0 { dot = i }
        dots += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): if dots == 1 { hasCapital = true }
      default: break
      }
    }
    return dots > 0 && dot > 0 ? dot : nil
  }

  /// Returns the import path that a symbol escapes. The linker writes dots after the last slash, and bytes
  /// that no path should contain, as `%2e` (`cmd/internal/objabi/path.go`, PathToPrefix).
  public static func importPath(_ escaped: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard escaped.contains(UInt8(ascii: "%")) else { return escaped }
    var path: ArraySlice<UInt8> = []
    var rest = escaped
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count > 1,
        let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        path.append(code)
        rest = rest.dropFirst(2)
      } else {
        path.append(byte)
      }
    }
    return path
  }

  /// Whether a C compiler derived it from a function (`pad.part.0`, `frexpl.localalias`), so that the dot
  /// ends no package.
  private static func isPartOfC(_ name: Span<UInt8>) -> Bool {
    let end = endBeforeDigits(of: name)
    if end == name.count {
      // A Go function may also be named cold; one whose path has a slash certainly is Go.
      return ends(name, at: end, ".localalias")
        || ends(name, at: end, ".cold") && !starts(name, "main.") && !has(name, UInt8(ascii: "/"))
    }
    return ends(name, at: end, ".part.") || ends(name, at: end, ".constprop.")
      || ends(name, at: end, ".isra.") || ends(name, at: end, ".cold.") || ends(name, at: end, ".lto_priv.")
      || ends(name, at: end, ".llvm.")
  }

  private static func endBeforeDigits(of name: Span<UInt8>) -> Int {
    var end = name.count
    while end > 0, UInt8(ascii: "0")...UInt8(ascii: "9") ~= name[end - 1] { end -= 1 }
    return end
  }

  /// Whether the linker made the function to reach one that is too far for a branch: `runtime.newproc-tramp0`,
  /// `runtime.duffzero+f0-tramp2`.
  public static func isTrampoline(_ name: Span<UInt8>) -> Bool {
    let end = endBeforeDigits(of: name)
    return end < name.count && ends(name, at: end, "-tramp")
  }

  /// Whether the toolchain made the function, for a type or as a trampoline, rather than source.
  public static func isCompilerMade(_ name: Span<UInt8>) -> Bool {
    if isTrampoline(name) { return true }
    guard name.count > 2, name[0] == UInt8(ascii: "t") || name[0] == UInt8(ascii: "g") else { return false }
    return starts(name, "type:") || starts(name, "type..") || starts(name, "go:") || starts(name, "go.struct")
      || starts(name, "go.interface") || starts(name, "go.(") || starts(name, "go.shape")
      || starts(name, "go.buildid")
  }

  /// Whether the function is a wrapper that the compiler made: `…gowrap1`, `…deferwrap2`, `…-fm`.
  public static func isWrapper(_ name: Span<UInt8>) -> Bool {
    let end = endBeforeDigits(of: name)
    if end == name.count { return ends(name, at: end, "-fm") }
    return ends(name, at: end, ".gowrap") || ends(name, at: end, ".deferwrap")
  }

  private static func has(_ name: Span<UInt8>, _ byte: UInt8) -> Bool {
    for i in name.indices where name[i] == byte { return true }
    return false
  }

  private static func starts(_ name: Span<UInt8>, _ text: StaticString) -> Bool {
    ends(name, at: text.utf8CodeUnitCount, text)
  }

  /// Whether `text` is in `name` right before `end`.
  private static func ends(_ name: Span<UInt8>, at end: Int, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end >= count, end <= name.count else { return false }
    for i in 0..<count where unsafe name[end - count + i] != text.utf8Start[i] { return false }
    return true
  }
}
