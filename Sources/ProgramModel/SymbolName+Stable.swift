/// The part of a name that stays the same from one build to the next.
///
/// When a closure is added, its neighbours are renumbered, and every type argument makes another name for the
/// same source. Go names closures in `cmd/compile/internal/ir/func.go`, closureName.
extension SymbolName {
  /// The declared function that contains the code, without the numbers and type arguments that the compiler
  /// adds.
  ///
  /// `package` is the import path, empty for a name without one. `function` is for example
  /// `(*Server).dispatch`, for the method itself, its closures (`.func1.2`, `-range1`, `.gowrap1`,
  /// `.deferwrap1`) and its method value (`-fm`). It is `init.*` for each `init.0`, `Sort[*]` whatever the
  /// type arguments, and `init` for closures of package variables, which Go 1.20 calls `glob..func1`. A
  /// closure that was inlined from elsewhere (`F.G.func1`, up to Go 1.24) belongs to the function that it was
  /// inlined into, as far as the text tells: `F.G` may be a method of a type F. Names without a package are
  /// kept whole.
  public var outermost: (package: String, function: String) {
    let bytes = Array(text.utf8)
    guard let end = Self.packageEnd(in: bytes.span) else { return ("", text) }
    let package = String(decoding: Self.importPath(bytes[..<end]), as: UTF8.self)
    guard package != Origin.noPackage else { return ("", "_." + Self.stable(bytes[(end + 1)...])) }
    return (package, Self.stable(bytes[(end + 1)...]))
  }

  /// The name with `[...]` for type arguments, as the runtime's tracebacks have it. What the symbol names are shapes
  /// (`go.shape.*uint8` stands for every pointer), which are no types of the source. A name that no compiler makes
  /// stays whole.
  public var withoutTypeArguments: String {
    let bytes = Array(text.utf8)
    guard bytes.contains(UInt8(ascii: "[")), let end = Self.packageEnd(in: bytes.span) else { return text }
    var out = Array(bytes[...end])
    let name = Self.starred(bytes[(end + 1)...])
    for (i, byte) in name.enumerated() {
      guard byte == UInt8(ascii: "*"), i > 0, name[i - 1] == UInt8(ascii: "[") else {
        out.append(byte)
        continue
      }
      let isIdentifier =
        i > 1
        && (Character(UnicodeScalar(name[i - 2])).isLetter || name[i - 2] >= 0x80
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= name[i - 2] || name[i - 2] == UInt8(ascii: "_"))
      guard isIdentifier, i + 1 < name.count, name[i + 1] == UInt8(ascii: "]") else { return text }
      out += "...".utf8
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Whether the name is that of a closure, a wrapper or a numbered `init`. Such a name may mean another
  /// function once one more of them is added.
  public var isNumbered: Bool {
    let bytes = Array(text.utf8)
    guard let end = Self.packageEnd(in: bytes.span) else { return false }
    let parts = Self.parts(Self.starred(bytes[(end + 1)...]))
    return Self.closures(parts).contains { !parts[$0].elementsEqual("-fm".utf8) }
  }

  /// Whether a name is that of a stub of `reflect.Call` or of the debugger (`runtime.call1073741824`). Every
  /// binary has them, with frames as large as their names say, and nobody chooses to call them.
  public static func isStub(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    let isWrapped = name.reversed().starts(with: ".abi0".utf8.reversed())
    let end = isWrapped ? name.index(name.endIndex, offsetBy: -5) : name.endIndex
    // `debugCall32<>` is local to its file, so its symbol has no package.
    for prefix in ["runtime.call", "runtime.debugCall", "debugCall"] where name.starts(with: prefix.utf8) {
      let digits = name[..<end].dropFirst(prefix.utf8.count)
      return !digits.isEmpty && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
    return false
  }

  /// Returns the outermost function of a name without its package.
  private static func stable(_ name: ArraySlice<UInt8>) -> String {
    let parts = parts(starred(name))
    if isInit(parts) {
      let isNumbered = parts.count > 1 && isNumber(parts[1].dropFirst())
      return isNumbered ? "init.*" : "init"
    }
    // `map.init.0` fills a map variable; `glob..func1` belongs to no function.
    if parts.count == 3, parts[0].elementsEqual("map".utf8), isNumber(parts[2].dropFirst()) {
      return "map.init.*"
    }
    if parts[0].elementsEqual("glob".utf8) { return "init" }
    guard let closure = closures(parts).first else { return text(parts[...]) }
    // Names of inlined functions are between the outermost function and the closure.
    var kept = parts[..<min(closure, 2)]
    if kept.count == 2, !isMethod(parts), kept[1].dropFirst().first == UInt8(ascii: "(") { kept = kept[..<1] }
    return text(kept)
  }

  /// Returns the indices of the parts that are closures or numbers.
  private static func closures(_ parts: [ArraySlice<UInt8>]) -> [Int] {
    parts.indices.dropFirst(isMethod(parts) ? 2 : 1).filter { isClosure(parts[$0]) }
  }

  /// Whether a name is that of a method with a receiver in brackets. Only a type's can be: a method follows,
  /// whatever its name.
  private static func isMethod(_ parts: [ArraySlice<UInt8>]) -> Bool { parts[0].first == UInt8(ascii: "(") }

  private static func text(_ parts: ArraySlice<ArraySlice<UInt8>>) -> String {
    String(decoding: parts.joined(), as: UTF8.self)
  }

  private static func isInit(_ parts: [ArraySlice<UInt8>]) -> Bool { parts[0].elementsEqual("init".utf8) }

  /// Whether a part is `.func1`, `.2`, `.gowrap3`, `.deferwrap1`, `-range1`, `-fm` or the like.
  private static func isClosure(_ part: ArraySlice<UInt8>) -> Bool {
    let digits = part.reversed().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
    let word = part.dropLast(digits)
    if digits == 0 { return word.elementsEqual("-fm".utf8) }
    return [".", ".func", ".gowrap", ".deferwrap", "-range"].contains { word.elementsEqual($0.utf8) }
  }

  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }

  /// Cuts a name before each dot and hyphen outside of brackets, which stay with the part that they start. A
  /// promoted method of another package (`.github.com/b.m`) is one part.
  private static func parts(_ name: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var depth = 0
    for i in name.indices {
      switch name[i] {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "."), UInt8(ascii: "-"):
        guard depth <= 0, i > start else { continue }
        parts.append(name[start..<i])
        start = i
      default: break
      }
    }
    parts.append(name[start...])
    guard
      let path = parts.lastIndex(where: { $0.contains(UInt8(ascii: "/")) && $0.first != UInt8(ascii: "(") }),
      path > 0
    else { return parts }
    let end = min(path + 2, parts.count)
    return [parts[0], name[parts[1].startIndex..<parts[end - 1].endIndex]] + parts[end...]
  }

  /// Replaces the type arguments in a name by a star. They contain types of any form, with struct tags in
  /// quotes.
  private static func starred(_ name: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for byte in name {
      if depth > 0, isQuoted || byte == UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        continue
      }
      if byte == UInt8(ascii: "[") {
        if depth == 0 { out += Array("[*".utf8) }
        depth += 1
      } else if byte == UInt8(ascii: "]"), depth > 0 {
        depth -= 1
      }
      if depth == 0 { out.append(byte) }
    }
    return out
  }
}
