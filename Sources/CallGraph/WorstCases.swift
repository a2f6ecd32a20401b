public import ProgramModel

/// The worst case of each function: the stack that a call of it takes, in bytes, including everything that it
/// calls.
public struct WorstCases: Sendable {
  /// By node: the bytes of the worst case. Where it is not exact, the bytes that a certain path takes
  /// (``LongestPaths``).
  public var bytes: [Int] { paths.values }
  /// By node: the reasons why the bytes are a lower bound.
  public let causes: [Causes]
  /// By node: the causes that lie outside of the Go runtime. A function that allocates reaches the garbage
  /// collector, which has cycles and calls through pointers of its own.
  public let causesOutsideRuntime: [Causes]
  /// By node: whether a cycle of several functions lies below.
  let crossesRing: [Bool]
  let paths: LongestPaths

  init(_ graph: CallGraph, _ components: Components) {
    paths = LongestPaths(graph, components, own: graph.costs) { graph.weight($0, $1) }
    // All in one pass: the causes outside of the runtime are in the upper bits, and rings above them.
    let ring: UInt16 = 0x8000
    let flags = graph.reaching(
      { node -> UInt16 in
        let component = Int(components.number[Int(node)])
        let isCycle = components.isCycle[component]
        let own = UInt16(graph.causes(of: node, isCycle: isCycle).rawValue)
        guard own > 0 else { return 0 }
        let isRing = isCycle && components.members(component).count > 1
        return (graph.isOfRuntime(node) ? own : own | own << 8) | (isRing ? ring : 0)
      }, components)
    causes = flags.map { Causes(rawValue: UInt8(truncatingIfNeeded: $0)) }
    causesOutsideRuntime = flags.map { Causes(rawValue: UInt8(truncatingIfNeeded: ($0 & ~ring) >> 8)) }
    crossesRing = flags.map { $0 & ring != 0 }
  }
}

extension Depth {
  /// Returns how much the worst case of a node says.
  public func certainty(of node: CallGraph.Node) -> Certainty {
    let causes = worst.causes[Int(node)]
    return causes == [] ? .exact : causes == .cycle && !worst.crossesRing[Int(node)] ? .bounded : .atLeast
  }

  /// Returns the reason why an open call's callee is unknown; nil where nobody looked, and for all other
  /// nodes.
  public func openReason(_ node: CallGraph.Node) -> OpenReason? {
    switch graph.extra(node) {
    case .indirectCall(let function, let site):
      program.functions[Int(function)].indirectCalls[Int(site)].callee.openReason
    case .openDefer(let function, let site):
      program.functions[Int(function)].deferSites[Int(site)].callee.openReason
    default: nil
    }
  }

  /// Returns the path of a node's worst case.
  public func path(of node: CallGraph.Node) -> Path { worst.paths.path(from: node, graph) }

  /// Returns the reasons why a node's worst case is a lower bound, the nearest first.
  ///
  /// - Parameter limit: the most causes to return; `total` counts all of them.
  public func causes(of node: CallGraph.Node, limit: Int = .max) -> (found: [Cause], total: Int) {
    guard worst.causes[Int(node)] != [] else { return ([], 0) }
    var distances: [CallGraph.Node: Int] = [node: 0]
    var queue = [node]
    var cycles: Set<Int32> = []
    var met: Set<Met> = []
    var (found, total, done): ([Cause], Int, Int) = ([], 0, 0)
    while done < queue.count {
      let node = queue[done]
      let distance = distances[node] ?? 0
      done += 1
      let component = components.number[Int(node)]
      let isFirst = components.isCycle[Int(component)] && cycles.insert(component).inserted
      let own = graph.causes(of: node, isCycle: isFirst)
      for kind in Causes.all where own.contains(kind) {
        // A copy has the causes of its original.
        let face = kind == .cycle ? components.members(Int(component)).map(graph.original).min() : nil
        guard met.insert(Met(kind: kind, node: face ?? graph.original(node))).inserted else { continue }
        total += 1
        if found.count < limit { found.append(Cause(kind: kind, node: node, distance: distance)) }
      }
      for edge in graph.stackEdges(of: node) {
        let target = graph.targets[edge]
        guard worst.causes[Int(target)] != [], distances[target] == nil else { continue }
        distances[target] = distance + 1
        queue.append(target)
      }
    }
    return (found, total)
  }

  private struct Met: Hashable {
    var kind: Causes
    var node: CallGraph.Node
  }

  /// Returns the dearest path that is certain to exist from one function down to another; nil where no path
  /// leads there.
  ///
  /// Its bytes end with the frame of `target`, without anything that `target` calls. Within cycles it is the
  /// path that ``LongestPaths`` chooses.
  public func path(from start: CallGraph.Node, to target: CallGraph.Node) -> Path? {
    var own = [Int](repeating: LongestPaths.none, count: graph.nodeCount)
    for node in 0..<CallGraph.Node(graph.nodeCount) where graph.original(node) == target {
      own[Int(node)] = graph.costs[Int(node)]
    }
    let paths = LongestPaths(graph, components, own: own) { graph.weight($0, $1) }
    return paths.values[Int(start)] == LongestPaths.none ? nil : paths.path(from: start, graph)
  }
}
