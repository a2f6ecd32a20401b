import ProgramModel

/// One edge as `callgraph` of golang.org/x/tools prints it, in its own format:
///
///     main.serve<TAB>--dynamic-12:9--><TAB>(*main.conn).handle
///
/// Its answer by `-algo=vta` is sound but for reflection and unsafe pointers, so it settles calls through
/// interfaces and func values.
struct ToolEdge {
  /// The function that calls, and the one that is called, by the names of golang.org/x/tools/go/ssa.
  let caller: ArraySlice<UInt8>
  let callee: ArraySlice<UInt8>
  /// Whether it is called through a pointer. All others are in the program's text.
  let isDynamic: Bool
  /// The line of the call; 0 where the compiler made it.
  let line: Int32

  private static let mark = Array("\t--".utf8)
  private static let end = Array("-->\t".utf8)

  /// Reads a line; nil for one of another form.
  init?(_ text: ArraySlice<UInt8>) {
    guard let start = text.firstRange(of: Self.mark),
      let end = text[start.upperBound...].firstRange(of: Self.end)
    else { return nil }
    let middle = text[start.upperBound..<end.lowerBound]
    isDynamic = middle.starts(with: "dynamic-".utf8)
    guard isDynamic || middle.starts(with: "static-".utf8),
      let dash = middle.firstIndex(of: UInt8(ascii: "-"))
    else { return nil }
    let number = middle[(dash + 1)...].prefix { 0x30...0x39 ~= $0 }
    guard number.count < 9 else { return nil }
    line = number.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
    caller = text[..<start.lowerBound]
    callee = text[end.upperBound...]
  }
}

/// The functions of a program by the names that golang.org/x/tools/go/ssa has for them.
struct ToolNames {
  /// By name without type arguments: the functions. All instantiations of a generic function share a name.
  private var functions: [[UInt8]: [CallGraph.Node]] = [:]
  /// By name of a function: its closures, and the bodies of its loops over functions. The tool numbers both
  /// together, the compiler apart, so that a number tells nothing.
  private var closures: [[UInt8]: [CallGraph.Node]] = [:]
  /// By the last part of a name: closures of such a function that was inlined elsewhere, `main.g.f.func1`.
  private var copies: [[UInt8]: [CallGraph.Node]] = [:]
  /// The import path of package main.
  private let main: [UInt8]?

  init(_ program: Program) {
    main = program.header.modulePath.map { Array($0.utf8) }
    for (i, function) in program.functions.enumerated() {
      for name in [function.name] + function.aliases {
        let plain = Self.withoutArguments(program.names.bytes(of: name))
        functions[plain, default: []].append(Int32(i))
        guard let end = Self.closureMark(plain) else { continue }
        closures[Array(plain[..<end]), default: []].append(Int32(i))
        if let dot = plain[..<end].lastIndex(of: UInt8(ascii: ".")) {
          copies[Array(plain[(dot + 1)..<end]), default: []].append(Int32(i))
        }
      }
    }
  }

  /// Returns where `.func1` or `-range1` begins in a symbol; nil for a function that is no closure.
  private static func closureMark(_ name: [UInt8]) -> Int? {
    [".func", "-range"].compactMap { mark in
      guard let range = name.firstRange(of: Array(mark.utf8)), range.upperBound < name.count,
        0x30...0x39 ~= name[range.upperBound]
      else { return nil }
      return range.lowerBound
    }.min()
  }

  /// Returns the functions that a name of the tool may mean; empty where the program has none.
  func nodes(_ name: ArraySlice<UInt8>) -> [CallGraph.Node] {
    let dollar = name.firstIndex(of: UInt8(ascii: "$")) ?? name.endIndex
    let suffix = name[dollar...].dropFirst()
    guard let symbol = Self.symbol(Array(name[..<dollar])) else { return [] }
    let spellings = [symbol.value, symbol.pointer].compactMap(\.self).flatMap { [$0, ofMain($0)] }
      .compactMap(\.self)
    var found: Set<CallGraph.Node> = []
    switch suffix.first {
    case nil: for spelling in spellings { found.formUnion(functions[spelling] ?? []) }
    case .some(0x30...0x39):
      for spelling in spellings {
        found.formUnion(closures[spelling] ?? [])
        guard let dot = spelling.lastIndex(of: UInt8(ascii: ".")) else { continue }
        found.formUnion(copies[Array(spelling[(dot + 1)...])] ?? [])
      }
    default:
      let end = suffix.elementsEqual("bound".utf8) ? Array("-fm".utf8) : []
      guard !end.isEmpty || suffix.elementsEqual("thunk".utf8) else { return [] }
      for spelling in spellings { found.formUnion(functions[spelling + end] ?? []) }
    }
    return found.sorted()
  }

  /// Returns a name with `main` in the place of package main's import path; nil for one of another package.
  private func ofMain(_ name: [UInt8]) -> [UInt8]? {
    guard let main, name.starts(with: main), name.count > main.count else { return nil }
    // The package is the module's root, or a folder of it.
    let slash = name.lastIndex(of: UInt8(ascii: "/")) ?? 0
    guard let dot = name[slash...].firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return Array("main".utf8) + name[dot...]
  }

  /// Returns the symbol of a function that is no closure, `(*net/http.conn).serve` or `slices.Sort[int]`. The
  /// method of a value is called through an interface by a wrapper that takes a pointer.
  private static func symbol(_ name: [UInt8]) -> (value: [UInt8]?, pointer: [UInt8]?)? {
    let plain = withoutArguments(name[...])
    guard plain.first == UInt8(ascii: "(") else {
      let slash = plain.lastIndex(of: UInt8(ascii: "/")) ?? 0
      guard let dot = plain[slash...].lastIndex(of: UInt8(ascii: ".")) else { return nil }
      var own = Array(plain[(dot + 1)...])
      // The tool counts from 1, the compiler from 0.
      if own.starts(with: "init#".utf8), let number = Int(String(decoding: own.dropFirst(5), as: UTF8.self)) {
        own = Array("init.\(number - 1)".utf8)
      }
      return (package(plain[..<dot]) + [UInt8(ascii: ".")] + own, nil)
    }
    guard let close = plain.lastIndex(of: UInt8(ascii: ")")), close + 1 < plain.count else { return nil }
    let isPointer = plain.count > 1 && plain[1] == UInt8(ascii: "*")
    let type = plain[(isPointer ? 2 : 1)..<close]
    let slash = type.lastIndex(of: UInt8(ascii: "/")) ?? type.startIndex
    guard let dot = type[slash...].lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let path = package(type[..<dot]) + [UInt8(ascii: ".")]
    let pointer = path + Array("(*".utf8) + type[(dot + 1)...] + Array(")".utf8) + plain[(close + 1)...]
    return (isPointer ? nil : path + type[(dot + 1)...] + plain[(close + 1)...], pointer)
  }

  /// Returns an import path as the linker spells it: a dot in its last element is `%2e` (Go
  /// `cmd/internal/objabi/path.go`).
  private static func package(_ path: ArraySlice<UInt8>) -> [UInt8] {
    let slash = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex
    return path[..<slash]
      + path[slash...].flatMap { $0 == UInt8(ascii: ".") ? Array("%2e".utf8) : [$0] }
  }

  /// Returns a name without what stands in its brackets.
  private static func withoutArguments(_ name: ArraySlice<UInt8>) -> [UInt8] {
    guard name.contains(UInt8(ascii: "[")) else { return Array(name) }
    var (plain, depth): ([UInt8], Int) = ([], 0)
    for byte in name {
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if depth <= 0 { plain.append(byte) }
      if byte == UInt8(ascii: "[") { depth += 1 }
    }
    return plain
  }
}

/// The edges of a file of `callgraph`, by the function and line of the call.
struct ToolRules {
  /// The callees of one line: nil where one of them is not found.
  private var callees: [Key: Set<CallGraph.Node>?] = [:]
  private var nodes: [[UInt8]: [CallGraph.Node]] = [:]
  private var names: ToolNames?
  private let program: Program
  private let isOpen: (CallGraph.Node) -> Bool

  private struct Key: Hashable {
    var function: CallGraph.Node
    var line: Int32
  }

  /// - Parameter isOpen: whether a function has a call that an edge could settle.
  init(_ program: Program, isOpen: @escaping (CallGraph.Node) -> Bool) {
    (self.program, self.isOpen) = (program, isOpen)
  }

  mutating func add(_ edge: ToolEdge) {
    guard edge.isDynamic, edge.line > 0 else { return }
    let callers = found(edge.caller).filter(isOpen)
    guard !callers.isEmpty else { return }
    let targets = found(edge.callee)
    for caller in callers {
      let key = Key(function: caller, line: edge.line)
      guard let known = callees[key, default: []], !targets.isEmpty else {
        callees[key] = .some(nil)
        continue
      }
      callees[key] = known.union(targets)
    }
  }

  /// Calls `body` with each function and line, and the callees in ascending order; with none where one of them
  /// was not found.
  func callEach(_ body: (CallGraph.Node, Int32, [CallGraph.Node]) -> Void) {
    for (key, found) in callees { body(key.function, key.line, found?.sorted() ?? []) }
  }

  private mutating func found(_ name: ArraySlice<UInt8>) -> [CallGraph.Node] {
    let key = Array(name)
    if let known = nodes[key] { return known }
    if names == nil { names = ToolNames(program) }
    let found = names?.nodes(name) ?? []
    nodes[key] = found
    return found
  }
}
