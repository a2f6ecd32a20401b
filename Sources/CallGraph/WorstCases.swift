public import ProgramModel

/// How deep each function can go: the bytes that a call of it takes of the stack, all that it calls included.
public struct WorstCases: Sendable {
  /// By node. Of what is not exact, the bytes that a certain path takes (``LongestPaths``).
  public var bytes: [Int] { paths.values }
  /// By node: why the bytes are a lower bound.
  public let causes: [Causes]
  /// By node: those of the causes that lie outside of the Go runtime. What allocates reaches the runtime's garbage
  /// collector, with cycles and calls through pointers of its own.
  public let causesOutsideRuntime: [Causes]
  let paths: LongestPaths

  init(_ graph: CallGraph, _ components: Components) {
    paths = LongestPaths(graph, components, own: graph.costs) { graph.weight($0, $1) }
    // Both in one pass: those outside of the runtime in the upper bits.
    let flags = graph.reaching(
      { node -> UInt16 in
        let isCycle = components.isCycle[Int(components.number[Int(node)])]
        let own = UInt16(graph.causes(of: node, isCycle: isCycle).rawValue)
        return own == 0 || graph.isOfRuntime(node) ? own : own | own << 8
      }, components)
    causes = flags.map { Causes(rawValue: UInt8(truncatingIfNeeded: $0)) }
    causesOutsideRuntime = flags.map { Causes(rawValue: UInt8(truncatingIfNeeded: $0 >> 8)) }
  }
}

extension Depth {
  /// Where the pointer comes from that an open call goes through; nil where nobody looked, and for all other nodes.
  public func openReason(_ node: CallGraph.Node) -> OpenReason? {
    switch graph.extra(node) {
    case .indirectCall(let function, let site):
      program.functions[Int(function)].indirectCalls[Int(site)].callee.openReason
    case .openDefer(let function, let site):
      program.functions[Int(function)].deferSites[Int(site)].callee.openReason
    default: nil
    }
  }

  /// The way down that a node's worst case is of.
  public func path(of node: CallGraph.Node) -> Path { worst.paths.path(from: node, graph) }

  /// Why a node's worst case is a lower bound, the nearest first.
  ///
  /// - Parameter limit: how many at most; `total` counts all.
  public func causes(of node: CallGraph.Node, limit: Int = .max) -> (found: [Cause], total: Int) {
    guard worst.causes[Int(node)] != [] else { return ([], 0) }
    var distances: [CallGraph.Node: Int] = [node: 0]
    var queue = [node]
    var cycles: Set<Int32> = []
    var (found, total, done): ([Cause], Int, Int) = ([], 0, 0)
    while done < queue.count {
      let node = queue[done]
      let distance = distances[node] ?? 0
      done += 1
      let component = components.number[Int(node)]
      let isFirst = components.isCycle[Int(component)] && cycles.insert(component).inserted
      let own = graph.causes(of: node, isCycle: isFirst)
      for kind in Causes.all where own.contains(kind) {
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

  /// The dearest certain way from one function down to another; nil where none leads there.
  ///
  /// Its bytes end with the frame of `target`: what that calls in turn is left out. Within cycles it is the way
  /// that ``LongestPaths`` takes.
  public func path(from start: CallGraph.Node, to target: CallGraph.Node) -> Path? {
    var own = [Int](repeating: LongestPaths.none, count: graph.nodeCount)
    own[Int(target)] = graph.costs[Int(target)]
    let paths = LongestPaths(graph, components, own: own) { graph.weight($0, $1) }
    return paths.values[Int(start)] == LongestPaths.none ? nil : paths.path(from: start, graph)
  }
}
