public import CallGraph
import ProgramModel

/// The call graph around one function in DOT, for Graphviz. Each node has the bytes that one call takes from
/// the stack, and the bytes of its worst case. The path of the worst case is thick, and cycles are marked.
public struct DepthDotReporter: Sendable {
  private let depth: Depth
  private let center: CallGraph.Node
  private let levels: Int
  private let width: Int
  private let around: Neighbourhood
  private var graph: CallGraph { depth.graph }
  private var labels: NodeLabels { NodeLabels(depth) }

  /// Makes the graph around a function.
  ///
  /// - Parameters:
  ///   - depth: the worst cases of the call graph.
  ///   - function: the index in the program of the function in the middle.
  ///   - levels: how many levels of callers and of callees there are.
  ///   - width: the most callers, and the most callees, of each node.
  public init(_ depth: Depth, function: Int, levels: Int, width: Int) {
    self.depth = depth
    center = CallGraph.Node(function)
    self.levels = levels
    self.width = width
    around = Neighbourhood(around: center, depth, levels: levels, width: width)
  }

  /// Writes the whole graph.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole graph.
  var text: String {
    var lines = [
      "digraph fathom {",
      "  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=11, labelloc=t, label=\(DotText.quoted(title))];",
      "  node [shape=box, fontname=\"Helvetica\", fontsize=10];",
      "  edge [fontname=\"Helvetica\", fontsize=9];",
    ]
    lines += around.nodes.map { "  n\($0) [\(node($0))];" }
    lines += around.edges.map {
      "  n\($0.source) -> n\(graph.original(graph.targets[$0.edge])) [\(edge($0))];"
    }
    for (node, count) in around.hiddenCallers.sorted(by: { $0.key < $1.key }) {
      lines.append("  above\(node) [shape=plaintext, label=\"\(Figures.count(count, "more caller"))\"];")
      lines.append("  above\(node) -> n\(node) [style=dotted, color=gray50];")
    }
    for (node, count) in around.hiddenCallees.sorted(by: { $0.key < $1.key }) {
      lines.append("  below\(node) [shape=plaintext, label=\"\(Figures.count(count, "more callee"))\"];")
      lines.append("  n\(node) -> below\(node) [style=dotted, color=gray50];")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private var title: String {
    "\(labels.name(center)), \(Figures.count(levels, "level")) each way; "
      + "bytes that a call takes · with all that it calls\nthick: the worst case's way; \(graph.options.extent)"
  }

  // MARK: Nodes

  /// Returns the attributes of a node. Calls that are not followed are dashed ellipses, nodes on a cycle have
  /// a double border.
  private func node(_ node: CallGraph.Node) -> String {
    let place = labels.place(node)
    let lines = [labels.name(node), place, figures(node), cycle(node)].filter { !$0.isEmpty }
    var attributes = ["label=" + DotText.quoted(lines.joined(separator: "\n"))]
    var styles: [String] = []
    switch graph.extra(node) {
    case .indirectCall, .openDefer:
      attributes.append("shape=ellipse")
      styles.append("dashed")
    case .missing: styles.append("dashed")
    case nil, .deferReturn: break
    }
    if node == center { styles.append("filled") }
    if !styles.isEmpty { attributes.append("style=\"\(styles.joined(separator: ","))\"") }
    if node == center { attributes.append("fillcolor=\"#f0e442\"") }
    if !cycle(node).isEmpty { attributes += ["color=\"\(Self.cycleColor)\"", "peripheries=2"] }
    return attributes.joined(separator: ", ")
  }

  /// Returns the bytes of one call and of the worst case, `80 · ≥ 12,583`, or why they are not known.
  private func figures(_ node: CallGraph.Node) -> String {
    switch graph.extra(node) {
    case .indirectCall, .openDefer: return "open: nothing says where it leads"
    case .missing: return "no code here"
    case nil, .deferReturn: break
    }
    let bound = depth.worst.causes[Int(node)] == [] ? "" : "≥ "
    return "\(Figures.count(graph.costs[Int(node)])) · \(bound)\(Figures.count(depth.worst.bytes[Int(node)]))"
  }

  /// Returns how a node recurses; empty where it does not.
  private func cycle(_ node: CallGraph.Node) -> String {
    let component = Int(depth.components.number[Int(node)])
    guard depth.components.isCycle[component] else { return "" }
    let count = depth.components.members(component).count
    return count == 1 ? "calls itself" : "in a cycle of \(Figures.count(count))"
  }

  // MARK: Edges

  /// Returns the attributes of an edge, with the line of the call.
  private func edge(_ edge: Neighbourhood.Edge) -> String {
    let kind = graph.kinds[edge.edge]
    let place = self.place(graph.place(ofEdge: edge.edge), in: edge.source)
    var attributes = Self.look(kind)
    let label = [Self.word(kind), place].filter { !$0.isEmpty }.joined(separator: " ")
    if !label.isEmpty { attributes.append("label=" + DotText.quoted(label)) }
    if depth.nextEdge(of: edge.source) == edge.edge { attributes.append("penwidth=2.5") }
    let number = depth.components.number
    let component = number[Int(edge.source)]
    let isInCycle = depth.components.isCycle[Int(component)]
    if isInCycle, component == number[Int(graph.targets[edge.edge])], kind != .go, kind != .switched {
      attributes.append("color=\"\(Self.cycleColor)\"")
    }
    return attributes.joined(separator: ", ")
  }

  /// Returns the line of a call, `:88`, and its whole place where it is not in the caller's own text.
  private func place(_ place: SitePlace, in caller: CallGraph.Node) -> String {
    if place.file == nil { return place.line.map { ":\($0)" } ?? "" }
    return graph.function(of: caller).map { labels.place($0, place) } ?? ""
  }

  private static func word(_ kind: CallGraph.EdgeKind) -> String {
    switch kind {
    case .call: ""
    case .tail: "jump"
    case .deferred: "defer"
    case .switched: "other stack"
    case .go: "go"
    }
  }

  /// The look of an edge. Kinds differ in arrows and strokes first, since not everyone can tell colours
  /// apart.
  private static func look(_ kind: CallGraph.EdgeKind) -> [String] {
    switch kind {
    case .call: []
    case .tail: ["arrowhead=empty"]
    case .deferred: ["style=dashed"]
    case .switched: ["style=dotted", "arrowhead=odiamond"]
    case .go: ["style=dashed", "arrowhead=vee", "color=\"#0072b2\""]
    }
  }

  /// The colour of cycles, one of those that Okabe and Ito chose for all eyes.
  private static let cycleColor = "#d55e00"
}
