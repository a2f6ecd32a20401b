import CallGraph
import ProgramModel

/// The paths that a picture is drawn from: the worst path of one function, the path between two functions, or
/// else the worst path of each root. A root is a function in which a stack begins: `main.main`, and the
/// functions that `go` statements start.
public struct DepthWays: Sendable {
  /// The reason why there is no picture, and what to do.
  public struct Problem: Error, CustomStringConvertible, Sendable {
    /// The whole message.
    public let description: String
  }

  /// A path of the picture.
  struct Way: Sendable {
    var path: Path
    /// The reasons why its bytes are a lower bound; empty where they are exact.
    var causes: Causes
  }

  /// The most lines or samples. Every prefix of a path is one, so they take room by the square of the levels.
  static let limit = 50_000_000

  let depth: Depth
  let version: String
  /// The paths: first the one of `main.main`, then those of goroutines by the address of their entry.
  let ways: [Way]
  /// The number of go statements without a path, because it is not known what they start.
  private let open: Int

  /// Finds the paths of a report.
  ///
  /// - Throws: ``Problem`` where there is nothing to draw, or far too much.
  public init(_ report: DepthReport) throws(Problem) {
    depth = report.depth
    version = report.report.version
    switch report.view {
    case .path(let start, let end):
      ways = try Self.between(start, end, depth)
      open = 0
    case .function(let index):
      ways = try Self.down(from: [CallGraph.Node(index)], depth)
      open = 0
    default:
      let roots = Self.roots(report)
      ways = try Self.down(from: roots.nodes, depth)
      open = roots.open
      guard !ways.isEmpty else { throw Self.nothing }
    }
    try Self.refuseExcess(ways.map(\.path.steps.count))
  }

  /// The warnings that a reader of the picture needs: which of its bytes are a lower bound, and which go
  /// statements have no path.
  public var caveats: [String] {
    var caveats: [String] = []
    let bounds = ways.count { $0.causes != [] }
    if ways.count == 1, bounds == 1 {
      caveats.append("the bytes are a lower bound: --format text says why")
    } else if bounds > 0 {
      caveats.append(
        "\(Figures.count(bounds)) of \(Figures.count(ways.count)) ways down are lower bounds: "
          + "--function NAME says why")
    }
    if open > 0 {
      caveats.append("\(Figures.count(open, "go statement")) left out: nothing says what they start")
    }
    return caveats
  }

  // MARK: Which

  /// Returns the roots: the entries of stacks, and the number of `go` statements whose entry is not known.
  private static func roots(_ report: DepthReport) -> (nodes: [CallGraph.Node], open: Int) {
    guard report.view == .summary || report.view == .goroutines else { return ([], 0) }
    let program = report.report.program
    let listed = report.report.selection.indices(in: program)
    func function(_ name: String) -> CallGraph.Node? {
      listed.first { program.names.bytes(of: program.functions[$0].name).elementsEqual(name.utf8) }
        .map { CallGraph.Node($0) }
    }
    let isListed = Set(listed)
    let started = report.depth.goroutines.filter { isListed.contains($0.function) }
    var entries = Set(started.compactMap(\.entry))
    var nodes: [CallGraph.Node] = []
    if report.view == .summary, let main = function("main.main") {
      nodes.append(main)
      // They are on one stack: the other callees of `runtime.main` would hide `main.main`.
      entries.subtract([main, function("runtime.main") ?? main])
    }
    return (nodes + entries.sorted(), started.count { $0.entry == nil })
  }

  /// Returns the worst path of each root.
  private static func down(from roots: [CallGraph.Node], _ depth: Depth) throws(Problem) -> [Way] {
    // The check comes before any path is followed: a thousand paths of a million levels fit in no memory.
    let levels = Strides.counts(depth)
    try refuseExcess(roots.map { levels[Int($0)] })
    return roots.map { Way(path: depth.path(of: $0), causes: depth.worst.causes[Int($0)]) }
  }

  /// Returns the path between two functions. Throws where none leads there.
  private static func between(_ start: Int, _ end: Int, _ depth: Depth) throws(Problem) -> [Way] {
    guard let path = depth.path(from: CallGraph.Node(start), to: CallGraph.Node(end)) else {
      let labels = NodeLabels(depth)
      let (from, to) = (labels.name(CallGraph.Node(start)), labels.name(CallGraph.Node(end)))
      throw Problem(description: "no path leads from \(from) down to \(to): there is nothing to draw")
    }
    return [Way(path: path, causes: depth.causes(on: path))]
  }

  // MARK: Why not

  private static var nothing: Problem {
    Problem(
      description:
        "there is nothing to draw: no main.main and no go statement is listed whose entry is known; "
        + "--function NAME draws one function's way down")
  }

  /// Throws where paths with so many levels would be too much for a picture.
  private static func refuseExcess(_ levels: [Int]) throws(Problem) {
    let size = levels.reduce(0) { $0.addingClamped($1.multipliedClamped(by: $1 + 1) / 2) }
    guard size > limit else { return }
    let what =
      "\(Figures.count(levels.count, "way")) down, the longest of \(Figures.count(levels.max() ?? 0)) levels"
    throw Problem(
      description: "\(what): too much for a picture; "
        + (levels.count > 1
          ? "--filter and --origin choose, --function NAME draws one" : "--format json has it"))
  }
}
