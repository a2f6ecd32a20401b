/// What a name keeps from one build to the next.
///
/// One closure more renames its neighbours, and another type argument makes another name of the same source. How Go
/// names closures: `cmd/compile/internal/ir/func.go`, closureName.
extension SymbolName {
  /// The function that the name's code stands in, without what the compiler numbers or fills in.
  ///
  /// `package` is the import path, empty for a name without one. `function` is `(*Server).dispatch` for itself, for
  /// its closures (`.func1.2`, `-range1`, `.gowrap1`, `.deferwrap1`) and its method value (`-fm`); `init.*` for each
  /// `init.0`; `Sort[*]` whatever the type arguments; `init` for closures of package variables, which Go 1.20 calls
  /// `glob..func1`. A closure that was inlined from elsewhere (`F.G.func1`, to Go 1.24) belongs to what it was
  /// inlined into, as far as text tells: `F.G` may be a method of a type F. Names without a package are kept whole.
  public var outermost: (package: String, function: String) {
    let bytes = Array(text.utf8)
    guard let end = Self.packageEnd(in: bytes.span) else { return ("", text) }
    let package = String(decoding: Self.importPath(bytes[..<end]), as: UTF8.self)
    guard package != Origin.noPackage else { return ("", "_." + Self.stable(bytes[(end + 1)...])) }
    return (package, Self.stable(bytes[(end + 1)...]))
  }

  /// Whether it is a closure, a wrapper or a numbered `init`: a name that means another function once there is one
  /// more of them.
  public var isNumbered: Bool {
    let bytes = Array(text.utf8)
    guard let end = Self.packageEnd(in: bytes.span) else { return false }
    let parts = Self.parts(Self.starred(bytes[(end + 1)...]))
    return Self.closures(parts).contains { !parts[$0].elementsEqual("-fm".utf8) }
  }

  /// A stub of `reflect.Call` or of the debugger (`runtime.call1073741824`): in every binary, with a frame as large as
  /// its name says, and called by no one's choice.
  public static func isStub(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    let isWrapped = name.reversed().starts(with: ".abi0".utf8.reversed())
    let end = isWrapped ? name.index(name.endIndex, offsetBy: -5) : name.endIndex
    // `debugCall32<>` is local to its file, and has no package in its symbol.
    for prefix in ["runtime.call", "runtime.debugCall", "debugCall"] where name.starts(with: prefix.utf8) {
      let digits = name[..<end].dropFirst(prefix.utf8.count)
      return !digits.isEmpty && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
    return false
  }

  /// The outermost function of a name without its package.
  private static func stable(_ name: ArraySlice<UInt8>) -> String {
    let parts = parts(starred(name))
    if isInit(parts) {
      let isNumbered = parts.count > 1 && isNumber(parts[1].dropFirst())
      return isNumbered ? "init.*" : "init"
    }
    // `map.init.0` fills a map variable; `glob..func1` is of no function.
    if parts.count == 3, parts[0].elementsEqual("map".utf8), isNumber(parts[2].dropFirst()) {
      return "map.init.*"
    }
    if parts[0].elementsEqual("glob".utf8) { return "init" }
    guard let closure = closures(parts).first else { return text(parts[...]) }
    // What was inlined stands between the outermost function and the closure.
    var kept = parts[..<min(closure, 2)]
    if kept.count == 2, !isMethod(parts), kept[1].dropFirst().first == UInt8(ascii: "(") { kept = kept[..<1] }
    return text(kept)
  }

  /// The parts that are closures or numbers.
  private static func closures(_ parts: [ArraySlice<UInt8>]) -> [Int] {
    parts.indices.dropFirst(isMethod(parts) ? 2 : 1).filter { isClosure(parts[$0]) }
  }

  /// A receiver in brackets can only be a type's: a method follows, whatever it is called.
  private static func isMethod(_ parts: [ArraySlice<UInt8>]) -> Bool { parts[0].first == UInt8(ascii: "(") }

  private static func text(_ parts: ArraySlice<ArraySlice<UInt8>>) -> String {
    String(decoding: parts.joined(), as: UTF8.self)
  }

  private static func isInit(_ parts: [ArraySlice<UInt8>]) -> Bool { parts[0].elementsEqual("init".utf8) }

  /// `.func1`, `.2`, `.gowrap3`, `.deferwrap1`, `-range1`, `-fm`.
  private static func isClosure(_ part: ArraySlice<UInt8>) -> Bool {
    let digits = part.reversed().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
    let word = part.dropLast(digits)
    if digits == 0 { return word.elementsEqual("-fm".utf8) }
    return [".", ".func", ".gowrap", ".deferwrap", "-range"].contains { word.elementsEqual($0.utf8) }
  }

  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
  }

  /// A name cut before each dot and hyphen outside of brackets, these included. A promoted method of another package
  /// (`.github.com/b.m`) is one part.
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

  /// A name with a star in place of its type arguments. These hold types of any form, with tags in quotes.
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
