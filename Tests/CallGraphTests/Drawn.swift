import ProgramModel

@testable import CallGraph

/// A program that is drawn: functions by name, each with its frame, and what it calls.
///
/// On amd64, so that a call costs a frame and 8 bytes more.
struct Drawn {
  private var names = NameTable()
  private var functions: [Function] = []
  private var places: [String: Int] = [:]
  private let arch: Architecture
  private let os: String

  init(_ arch: Architecture = .amd64, os: String = "linux") { (self.arch, self.os) = (arch, os) }

  /// Where a function lies.
  func entry(_ name: String) -> UInt64? { places[name].map { functions[$0].entry } }

  /// Adds a function with this frame; all come before what they call.
  mutating func add(
    _ name: String, _ frame: Int, check: SplitCheck = .small, uncertain: Uncertainty? = nil,
    file: String? = nil,
    line: Int32? = nil
  ) {
    places[name] = functions.count
    var function = Function(
      entry: UInt64(0x1000 + functions.count * 64), name: names.intern(name), size: 32,
      frame: StackFrame(bytes: frame, uncertain: uncertain, splitCheck: check))
    (function.file, function.line) = (file.map { names.intern($0) }, line)
    functions.append(function)
  }

  mutating func call(_ caller: String, _ callee: String, kind: CallSite.Kind = .call, line: Int32 = 1) {
    let site = CallSite(
      address: 0, target: names.intern(callee), targetEntry: entry(callee), kind: kind,
      place: SitePlace(line: line))
    functions[places[caller]!].calls.append(site)
  }

  mutating func pointer(_ caller: String, line: Int32 = 1, to callee: String? = nil) {
    functions[places[caller]!].indirectCalls.append(
      IndirectCall(address: 0, place: SitePlace(line: line), callee: known(callee)))
  }

  mutating func deferring(
    _ caller: String, _ kind: DeferSite.Kind, looping: Bool = false, to callee: String? = nil
  ) {
    functions[places[caller]!].deferSites.append(
      DeferSite(kind: kind, address: 0, location: nil, looping: looping, callee: known(callee)))
  }

  mutating func go(_ caller: String, _ callee: String?, line: Int32 = 1) {
    functions[places[caller]!].goStatements.append(
      GoStatement(address: 0, place: SitePlace(line: line), callee: known(callee)))
  }

  private mutating func known(_ callee: String?) -> Callee {
    callee.map { Callee(target: names.intern($0), entry: entry($0)) } ?? .open
  }

  var program: Program {
    Program(
      header: Program.Header(input: "-", inputKind: .text, os: os, arch: arch, disassembler: .gnu),
      names: names, functions: functions, diagnostics: Diagnostics(), isPartial: false)
  }
}

extension Depth {
  func node(_ name: String) -> CallGraph.Node {
    CallGraph.Node(program.functions.firstIndex { program.names.string($0.name) == name }!)
  }

  func name(_ node: CallGraph.Node) -> String {
    switch graph.extra(node) {
    case nil: program.names.string(program.functions[Int(graph.original(node))].name)
    case .deferReturn: "deferreturn"
    case .indirectCall, .openDefer: "?"
    case .missing(let name): program.names.string(name)
    }
  }

  func names(_ path: Path?) -> String { path?.steps.map { name($0.node) }.joined(separator: " ") ?? "-" }

  func bytes(_ name: String) -> Int { worst.bytes[Int(node(name))] }

  func causes(_ name: String) -> Causes { worst.causes[Int(node(name))] }
}
