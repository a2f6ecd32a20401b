import ProgramModel
import TestSupport
import Testing

@testable import CallGraph

@Suite("Neighbourhood") struct NeighbourhoodTests {
  /// Everything there is to see around `main.f`, and a level more.
  private var drawn: Drawn {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.top", 8), ("main.above", 8), ("main.f", 24), ("main.small", 8), ("main.large", 1000),
      ("main.tail", 16), ("main.entry", 16), ("main.late", 16), ("main.below", 8), ("main.other", 8),
    ] {
      drawn.add(name, frame)
    }
    drawn.call("main.top", "main.above")
    drawn.call("main.above", "main.f", line: 7)
    drawn.call("main.f", "main.small", line: 10)
    drawn.call("main.f", "main.large", line: 11)
    drawn.call("main.f", "main.tail", kind: .tail, line: 12)
    drawn.call("main.f", "main.f", line: 13)
    drawn.go("main.f", "main.entry", line: 14)
    drawn.deferring("main.f", .open, to: "main.late")
    drawn.pointer("main.f", line: 15)
    drawn.call("main.large", "main.below")
    drawn.call("main.other", "main.below")
    return drawn
  }

  private func edges(_ around: Neighbourhood, _ depth: Depth) -> [String] {
    around.edges.map { edge in
      let (graph, target) = (depth.graph, depth.graph.targets[edge.edge])
      return "\(depth.name(edge.source)) \(graph.kinds[edge.edge]) \(depth.name(target))"
    }
  }

  @Test func oneLevel() {
    let depth = Depth(drawn.program)
    let around = Neighbourhood(around: depth.node("main.f"), depth, levels: 1, width: 10)
    #expect(
      around.nodes.map(depth.name) == [
        "main.above", "main.f", "main.small", "main.large", "main.tail", "main.entry", "main.late", "?",
      ])
    #expect(
      Set(edges(around, depth)) == [
        "main.above call main.f", "main.f call main.small", "main.f call main.large", "main.f tail main.tail",
        "main.f call main.f", "main.f go main.entry", "main.f deferred main.late", "main.f call ?",
      ])
    #expect(around.edges.count == 8)
    #expect(around.hiddenCallers.isEmpty && around.hiddenCallees.isEmpty)
  }

  @Test func twoLevels() {
    let depth = Depth(drawn.program)
    let around = Neighbourhood(around: depth.node("main.f"), depth, levels: 2, width: 10)
    let names = Set(around.nodes.map(depth.name))
    // Callers of callees are not around it.
    #expect(names.isSuperset(of: ["main.top", "main.below"]) && !names.contains("main.other"))
  }

  /// Where there is no room the dearest stay, and the others are counted.
  @Test func width() {
    let depth = Depth(drawn.program)
    let around = Neighbourhood(around: depth.node("main.f"), depth, levels: 1, width: 2)
    #expect(around.nodes.map(depth.name) == ["main.above", "main.f", "main.large", "main.tail"])
    #expect(around.hiddenCallees == [depth.node("main.f"): 4])
    #expect(around.hiddenCallers.isEmpty)
  }

  /// With room for all of it, it is what a search finds in either direction; hidden or shown, no neighbour is lost.
  @Test(arguments: 0..<60) func reachesAsFarAsItSays(seed: Int) {
    var random = Seeded(state: UInt64(seed))
    var drawn = Drawn()
    let count = 3 + seed % 20
    for i in 0..<count { drawn.add("main.f\(i)", i * 8) }
    for _ in 0..<count * 2 {
      let (a, b) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
      drawn.call("main.f\(a)", "main.f\(b)")
    }
    let depth = Depth(drawn.program)
    let graph = depth.graph
    let pairs = (0..<Int32(count)).flatMap { node in graph.edges(of: node).map { (node, graph.targets[$0]) } }
    for levels in 1...3 {
      var (up, down): (Set<Int32>, Set<Int32>) = ([0], [0])
      for _ in 0..<levels {
        up.formUnion(pairs.filter { up.contains($0.1) }.map(\.0))
        down.formUnion(pairs.filter { down.contains($0.0) }.map(\.1))
      }
      let all = Neighbourhood(around: 0, depth, levels: levels, width: count)
      #expect(all.nodes == up.union(down).sorted())
      #expect(all.hiddenCallers.isEmpty && all.hiddenCallees.isEmpty)
      #expect(
        all.edges.map { [$0.source, graph.targets[$0.edge]] }
          == pairs.filter { up.union(down).contains($0.0) && up.union(down).contains($0.1) }.map {
            [$0.0, $0.1]
          })
    }
    let narrow = Neighbourhood(around: 0, depth, levels: 1, width: 1)
    let shown = Set(narrow.nodes)
    let callees = Set(pairs.filter { $0.0 == 0 }.map(\.1))
    #expect(narrow.hiddenCallees[0] ?? 0 == callees.subtracting(shown).count)
  }
}
