public import ProgramModel

extension CallGraph {
  /// Builds the graph of a program.
  public init(_ program: Program, options: Options = Options()) {
    self.init(program: program, options: options)
    var builder = CallGraphBuilder(program, options)
    builder.build(&self)
  }
}

/// Builds the graph in one pass over the functions, in time linear in the number of their calls, defers and
/// `go` statements.
struct CallGraphBuilder {
  private let program: Program
  private let options: CallGraph.Options
  /// By name: the function that it means, or -1. Where several functions share the name, it is the first one,
  /// or the one that the latest call of that name led to.
  private var functionOfName: [Int32]
  /// The functions' entry addresses, side by side: a search through the model itself would touch memory far
  /// apart.
  private let entries: [UInt64]
  /// By name: the node that stands for it where it has no code, or -1.
  private var missingOfName: [Int32]
  /// By node: the last function that called it. A function's second call of the same node adds nothing.
  private var calledFrom: [Int32]
  /// By function: the bodies of range-over-func loops whose defers it runs.
  private var rangeDefers: [Int32: [Int32]] = [:]
  /// The current node's edges that leave this stack; they are written after those that stay on it.
  private var offStack: [(target: Int32, kind: CallGraph.EdgeKind, place: Int32)] = []
  private var deferReturn: Int?
  private let runtimeCallees: RuntimeCallees
  /// Whether C may call back: the program exports functions to it, or on Windows makes callbacks.
  private let callsBack: Bool

  init(_ program: Program, _ options: CallGraph.Options) {
    self.program = program
    self.options = options
    let functions = program.functions.indices
    // By index: copying an element out of the array retains each of its reference fields.
    entries = functions.map { program.functions[$0].entry }
    functionOfName = Array(repeating: -1, count: program.names.count)
    missingOfName = functionOfName
    calledFrom = Array(repeating: -1, count: program.functions.count)
    runtimeCallees = RuntimeCallees(program)
    callsBack = functions.contains {
      let name = program.names.bytes(of: program.functions[$0].name).span
      return RuntimeRole.has(name, "_cgoexp_", at: 0)
        || program.header.os == "windows" && RuntimeRole.has(name, "runtime.compileCallback", at: 0)
    }
    for i in functions.reversed() { functionOfName[Int(program.functions[i].name.index)] = Int32(i) }
  }

  mutating func build(_ graph: inout CallGraph) {
    let count = program.functions.count
    let push = program.header.arch.callPush
    graph.roles = (0..<count).map { RuntimeRole(program.names.bytes(of: program.functions[$0].name)) }
    graph.costs = (0..<count).map { program.functions[$0].frame.bytes + push }
    deferReturn = graph.roles.firstIndex(of: .deferReturn)
    graph.hasDeferReturn = deferReturn != nil
    findRangeDefers()
    let calls = (0..<count).reduce(0) { $0 + program.functions[$1].calls.count }
    graph.targets.reserveCapacity(calls)
    graph.kinds.reserveCapacity(calls)
    graph.placeNumbers.reserveCapacity(calls)
    graph.starts.reserveCapacity(count)
    for i in 0..<count { addFunction(i, &graph) }
    // Close the nodes that were added on the way. Only `deferreturn` has edges of its own.
    var i = 0
    while i < graph.extras.count {
      if case .deferReturn(let function) = graph.extras[i] { addDeferred(of: Int(function), &graph) }
      close(&graph)
      i += 1
    }
    graph.followParameters()
    if callsBack { graph.followCallbacks() }
    nestCalls(&graph)
  }

  private func nestCalls(_ graph: inout CallGraph) {
    var groups = [[CallGraph.Node]](repeating: [], count: NestedCalls.groups.count)
    for i in program.functions.indices {
      if let group = NestedCalls.group(program.names.bytes(of: program.functions[i].name)) {
        groups[group].append(Int32(i))
      }
    }
    for group in groups { graph.nest(group) }
  }

  /// Returns the functions that the open calls and defers of a function lead to, as far as the user or the source of
  /// the runtime says; nil where neither does.
  private func closedCallees(of i: Int) -> [CallGraph.Node]? {
    let closed = options.edges.callees(of: i)
    return closed.isEmpty ? runtimeCallees.callees(of: i) : closed
  }

  // MARK: A function

  private mutating func addFunction(_ i: Int, _ graph: inout CallGraph) {
    let role = graph.roles[i]
    let isElsewhere =
      role == .switchesStack || role == .morestack || role == .callsBack && !callsBack
    // At its exits a function calls its open-coded defers directly or through a pointer. Those calls become
    // `.deferred` edges.
    let open = openCallees(i)
    let targets = Set(open.compactMap(\.target))
    // Where all defers are open-coded, `deferreturn` runs only after a recovered panic.
    let returnsByItself =
      !open.isEmpty && !options.throughPanics
      && program.functions[i].deferSites.allSatisfy { $0.kind == .open }
    for call in program.functions[i].calls where call.kind == .tail || !targets.contains(call.target) {
      if returnsByItself, RuntimeRole(program.names.bytes(of: call.target)) == .deferReturn { continue }
      let target = node(call.target, call.targetEntry, &graph)
      let isSwitched = isElsewhere && !RuntimeRole.runsBeforeSwitch(program.names.bytes(of: call.target))
      let kind: CallGraph.EdgeKind = isSwitched ? .switched : call.kind == .call ? .call : .tail
      add(kind, to: target, at: call.place, from: i, &graph)
    }
    // The indirect call in `deferreturn` runs its caller's deferred calls, which are edges of the caller's
    // own node.
    if role != .deferReturn {
      addIndirectCalls(i, isElsewhere || role == .readsClock ? .switched : .call, &graph)
    }
    addDefers(i, &graph)
    for site in program.functions[i].goStatements {
      guard let target = node(site.callee, &graph) else { continue }
      add(.go, to: target, at: site.place, from: i, &graph)
    }
    close(&graph)
  }

  private mutating func addIndirectCalls(_ i: Int, _ kind: CallGraph.EdgeKind, _ graph: inout CallGraph) {
    guard !program.functions[i].indirectCalls.isEmpty else { return }
    let closed = closedCallees(of: i)
    let open = openCallees(i)
    var isClosed = false
    for (place, site) in program.functions[i].indirectCalls.enumerated() {
      if let target = node(site.callee, &graph) {
        if !open.contains(site.callee) { add(kind, to: target, at: site.place, from: i, &graph) }
      } else if let closed {
        // A second call of the same functions adds nothing. Calls on another stack are all kept.
        if isClosed, kind == .call { continue }
        isClosed = true
        for callee in closed { add(kind, to: callee, at: site.place, from: i, &graph) }
      } else {
        let unknown = extra(.indirectCall(of: Int32(i), site: Int32(place)), &graph)
        add(kind, to: unknown, at: site.place, from: i, &graph)
      }
    }
  }

  /// Returns the callees of a function's open-coded defers.
  private func openCallees(_ i: Int) -> Set<Callee> {
    var callees: Set<Callee> = []
    for site in program.functions[i].deferSites where site.kind == .open { callees.insert(site.callee) }
    return callees
  }

  /// Adds the deferred calls of a function. It calls open-coded ones itself; `deferreturn` calls all others.
  private mutating func addDefers(_ i: Int, _ graph: inout CallGraph) {
    var needsReturn = rangeDefers[Int32(i)] != nil
    for (place, site) in program.functions[i].deferSites.enumerated() {
      switch site.kind {
      case .open: addDeferred(site, place, of: i, from: i, &graph)
      case .stack, .heap: needsReturn = true
      case .range: break
      }
    }
    if needsReturn {
      add(.deferred, to: extra(.deferReturn(of: Int32(i)), &graph), at: SitePlace(), from: i, &graph)
    }
  }

  /// Adds the deferred calls that `deferreturn` runs for a function.
  private mutating func addDeferred(of i: Int, _ graph: inout CallGraph) {
    for (place, site) in program.functions[i].deferSites.enumerated()
    where site.kind == .stack || site.kind == .heap {
      addDeferred(site, place, of: i, from: nil, &graph)
    }
    for body in rangeDefers[Int32(i)] ?? [] {
      for (place, site) in program.functions[Int(body)].deferSites.enumerated() where site.kind == .range {
        addDeferred(site, place, of: Int(body), from: nil, &graph)
      }
    }
  }

  private mutating func addDeferred(
    _ site: DeferSite, _ index: Int, of i: Int, from caller: Int?, _ graph: inout CallGraph
  ) {
    let place = SitePlace(line: site.location?.line)
    if let target = node(site.callee, &graph) {
      return add(.deferred, to: target, at: place, from: caller, &graph)
    }
    if let closed = closedCallees(of: i) {
      for callee in closed { add(.deferred, to: callee, at: place, from: caller, &graph) }
      return
    }
    add(
      .deferred, to: extra(.openDefer(of: Int32(i), site: Int32(index)), &graph), at: place, from: caller,
      &graph)
  }

  /// Finds the function that runs the defers of each range-over-func body: `main.f` runs those of
  /// `main.f-range1`.
  private mutating func findRangeDefers() {
    var byName: [ArraySlice<UInt8>: Int32]?
    for i in program.functions.indices
    where program.functions[i].deferSites.contains(where: { $0.kind == .range }) {
      if byName == nil {
        byName = [:]
        for i in program.functions.indices {
          byName?[program.names.bytes(of: program.functions[i].name)] = Int32(i)
        }
      }
      let name = program.names.bytes(of: program.functions[i].name)
      let last = name.lastIndex(of: UInt8(ascii: ".")) ?? name.startIndex
      let end = name[last...].firstRange(of: Array("-range".utf8))?.lowerBound
      let parent = end.flatMap { byName?[name[..<$0]] } ?? Int32(i)
      rangeDefers[parent, default: []].append(Int32(i))
    }
  }

  // MARK: Nodes and edges

  /// Returns the node of a callee: the function, or the symbol without code; nil where the callee is unknown.
  private mutating func node(_ callee: Callee, _ graph: inout CallGraph) -> Int32? {
    if let name = callee.target { return node(name, callee.entry, &graph) }
    return callee.entry.flatMap(index)
  }

  private mutating func node(_ name: NameID, _ entry: UInt64?, _ graph: inout CallGraph) -> Int32 {
    let named = functionOfName[Int(name.index)]
    if let entry {
      if named >= 0, entries[Int(named)] == entry { return named }
      if let found = index(ofEntry: entry) {
        // The next call of this name likely means the same function.
        functionOfName[Int(name.index)] = found
        return found
      }
    }
    if missingOfName[Int(name.index)] < 0 {
      missingOfName[Int(name.index)] = extra(.missing(name), &graph)
    }
    return missingOfName[Int(name.index)]
  }

  private func index(ofEntry entry: UInt64) -> Int32? {
    let first = entries.partitioningIndex { $0 >= entry }
    return first < entries.count && entries[first] == entry ? Int32(first) : nil
  }

  private mutating func extra(_ extra: CallGraph.Extra, _ graph: inout CallGraph) -> Int32 {
    graph.extras.append(extra)
    calledFrom.append(-1)
    switch extra {
    case .deferReturn: graph.costs.append(deferReturn.map { graph.costs[$0] } ?? program.header.arch.callPush)
    case .indirectCall, .openDefer, .missing: graph.costs.append(program.header.arch.callPush)
    }
    return Int32(program.functions.count + graph.extras.count - 1)
  }

  private mutating func add(
    _ kind: CallGraph.EdgeKind, to target: Int32, at place: SitePlace, from caller: Int?,
    _ graph: inout CallGraph
  ) {
    // Most callees are functions without a role, and are not asked about.
    let isPlain = Int(target) < graph.roles.count && graph.roles[Int(target)] == .none
    guard isPlain || isFollowed(target, from: caller, graph) else { return }
    switch kind {
    case .go, .switched: offStack.append((target, kind, graph.number(of: place)))
    case .tail, .deferred: graph.append(target, kind, at: place)
    case .call:
      if let caller {
        guard calledFrom[Int(target)] != Int32(caller) else { return }
        calledFrom[Int(target)] = Int32(caller)
      }
      graph.append(target, kind, at: place)
    }
  }

  private func isFollowed(_ target: Int32, from caller: Int?, _ graph: CallGraph) -> Bool {
    switch role(of: target, graph) {
    case .stub, .morestack: return false
    case .fatal: return options.throughPanics
    case .diagnostic:
      guard !options.throughDiagnostics, let caller, graph.roles[caller] != .diagnostic else { return true }
      return !graph.isOfRuntime(Int32(caller))
    case .typeName:
      return options.throughPanics
        || !(caller.map { RuntimeRole.makesPanicText(program.names.bytes(of: program.functions[$0].name)) }
          ?? false)
    case .none, .switchesStack, .readsClock, .callsBack, .deferReturn: return true
    }
  }

  /// Returns the role of a node. A symbol without code has one, too.
  private func role(of target: Int32, _ graph: CallGraph) -> RuntimeRole {
    if Int(target) < graph.roles.count { return graph.roles[Int(target)] }
    guard case .missing(let name) = graph.extras[Int(target) - graph.roles.count] else { return .none }
    return RuntimeRole(program.names.bytes(of: name))
  }

  /// Ends the list of a node's edges.
  private mutating func close(_ graph: inout CallGraph) {
    graph.stackEnds.append(Int32(graph.targets.count))
    for edge in offStack { graph.append(edge.target, edge.kind, edge.place) }
    offStack.removeAll(keepingCapacity: true)
    graph.starts.append(Int32(graph.targets.count))
  }
}
