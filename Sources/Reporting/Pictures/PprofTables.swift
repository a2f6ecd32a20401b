import CallGraph
import ProgramModel

/// The tables of a profile to which its samples refer: texts, functions, places in these, and the file that
/// contains them all.
struct PprofTables {
  private struct Place: Hashable {
    var node: CallGraph.Node
    var line: Int32?
  }

  /// The tables, as a part of the profile.
  private(set) var profile = PprofProfile()
  private let depth: Depth
  private let labels: NodeLabels
  private var texts: [String: Int64] = [:]
  private var functions: [CallGraph.Node: UInt64] = [:]
  private var locations: [Place: UInt64] = [:]
  private var program: Program { depth.program }

  init(_ depth: Depth) {
    self.depth = depth
    labels = NodeLabels(depth)
    _ = text("")
    var mapping = PprofMapping()
    mapping.id = 1
    // The addresses are those of the file.
    mapping.memoryLimit = program.functions.last.map { Self.end($0) } ?? 0
    mapping.filename = text(TerminalText.safe(program.header.input))
    mapping.hasFunctions_p = true
    mapping.hasFilenames_p = program.functions.contains { $0.file != nil }
    mapping.hasLineNumbers_p = program.functions.contains { $0.line != nil }
    profile.mapping = [mapping]
  }

  /// Returns the end of a function, clamped to the highest address.
  private static func end(_ function: Function) -> UInt64 {
    let (end, overflows) = function.entry.addingReportingOverflow(UInt64(clamping: function.size))
    return overflows ? .max : end
  }

  /// Returns the index of a text, which is added if it is new.
  mutating func text(_ text: String) -> Int64 {
    if let place = texts[text] { return place }
    let place = Int64(profile.stringTable.count)
    profile.stringTable.append(text)
    texts[text] = place
    return place
  }

  /// Returns the id of a place, which is added if it is new.
  ///
  /// - Parameter line: the line of a call in the node; nil is the node's own line, a function's declaration.
  mutating func location(_ node: CallGraph.Node, line: Int32?) -> UInt64 {
    let place = Place(node: node, line: line)
    if let id = locations[place] { return id }
    var location = PprofLocation()
    location.id = UInt64(profile.location.count + 1)
    location.mappingID = 1
    location.address = address(node)
    var entry = PprofLine()
    entry.functionID = function(node)
    entry.line = Int64(line ?? self.line(node) ?? 0)
    location.line = [entry]
    profile.location.append(location)
    locations[place] = location.id
    return location.id
  }

  /// Returns the id of a node's function, which is added if it is new.
  private mutating func function(_ node: CallGraph.Node) -> UInt64 {
    if let id = functions[node] { return id }
    var function = PprofFunction()
    function.id = UInt64(profile.function.count + 1)
    function.name = text(labels.name(node))
    function.systemName = function.name
    if let file = file(node) { function.filename = text(TerminalText.safe(program.names.bytes(of: file))) }
    function.startLine = Int64(line(node) ?? 0)
    profile.function.append(function)
    functions[node] = function.id
    return function.id
  }

  // MARK: Where a node is: a function, or the call or the defer in one that an open node stands for

  private func file(_ node: CallGraph.Node) -> NameID? {
    switch depth.graph.extra(node) {
    case nil: program.functions[Int(depth.graph.original(node))].file
    case .indirectCall(let function, _): program.functions[Int(function)].file
    case .openDefer(let function, let site):
      program.functions[Int(function)].deferSites[Int(site)].location?.file
    case .deferReturn, .missing: nil
    }
  }

  private func line(_ node: CallGraph.Node) -> Int32? {
    switch depth.graph.extra(node) {
    case nil: program.functions[Int(depth.graph.original(node))].line
    case .indirectCall(let function, let site):
      program.functions[Int(function)].indirectCalls[Int(site)].place.outermost.line
    case .openDefer(let function, let site):
      program.functions[Int(function)].deferSites[Int(site)].location?.line
    case .deferReturn, .missing: nil
    }
  }

  private func address(_ node: CallGraph.Node) -> UInt64 {
    switch depth.graph.extra(node) {
    case nil: program.functions[Int(depth.graph.original(node))].entry
    case .indirectCall(let function, let site):
      program.functions[Int(function)].indirectCalls[Int(site)].address
    case .openDefer(let function, let site): program.functions[Int(function)].deferSites[Int(site)].address
    case .deferReturn, .missing: 0
    }
  }
}
