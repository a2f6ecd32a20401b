import CallGraph
import ProgramModel

/// What the picture of a program's worst cases shows: where on its way down each function's bytes sit.
///
/// A row is a function, the deepest first. Its cells go along the function's own worst path, the one that
/// `fathom depth --function` prints: in column 0 the function's own frame, in column 1 that of the callee on
/// this path, and so on down to its end. A cell is the bytes of the frame at this depth while the path goes
/// on, so that a row's cells add up to the row's worst case; a frame that jumps on takes 0, since the next
/// one takes its place.
///
/// Cells are no running totals, because these only grow: each column would be darker than the one before, and
/// the one frame that matters would be an edge in it. What the frames come to stands at the row's end, with
/// «≥» where the worst case is a lower bound.
///
/// Where the deepest path has more levels than there are columns, a column is several levels, and its cell
/// the largest frame among them.
struct Heatmap {
  /// The frames of one column of a row.
  struct Cell: Hashable {
    /// The first of its levels; 0 is the row's function.
    var depth: Int
    /// How many levels it has.
    var levels: Int
    /// Whose frame is the largest of them.
    var node: CallGraph.Node
    /// What that takes, in bytes.
    var bytes: Int
    /// What all of its levels take.
    var sum: Int
  }

  /// A function and its way down.
  struct Row {
    /// The function's place in the program.
    var function: Int
    /// Its worst case, in bytes.
    var bytes: Int
    /// Whether that is exact, and not a lower bound.
    var isExact: Bool
    /// How many levels its worst path has.
    var levels: Int
    var cells: [Cell]
  }

  /// The deepest first; of equally deep ones in address order.
  let rows: [Row]
  /// How many functions could be rows: the selection without the runtime's stubs and its fatal paths.
  let candidates: Int
  /// The levels of a column.
  let stride: Int
  /// The levels of the deepest path that is shown.
  let levels: Int
  /// The largest cell, in bytes.
  let largest: Int

  /// Cells are four pixels wide at least, and a picture of them still fits a page.
  static let columnLimit = 150

  /// - Parameters:
  ///   - ranked: functions, the deepest first.
  ///   - top: how many of them become rows.
  init(_ depth: Depth, ranked: [Int], top: Int) {
    let graph = depth.graph
    let frames = (0..<CallGraph.Node(graph.nodeCount)).map { node in
      depth.nextEdge(of: node).map { graph.kinds[$0] } == .tail ? 0 : graph.costs[Int(node)]
    }
    let counts = Strides.counts(depth)
    let chosen = ranked.prefix(top)
    let levels = chosen.map { counts[$0] }.max() ?? 0
    let stride = max(1, (levels + Self.columnLimit - 1) / Self.columnLimit)
    let strides = Strides(depth, frames: frames, levels: stride)
    rows = chosen.map { function in
      var cells: [Cell] = []
      var (node, at) = (CallGraph.Node(function), 0)
      while node >= 0 {
        let largest = strides.largest[Int(node)]
        cells.append(
          Cell(
            depth: at, levels: min(stride, counts[function] - at), node: largest, bytes: frames[Int(largest)],
            sum: strides.sums[Int(node)]))
        node = strides.next[Int(node)]
        at += stride
      }
      return Row(
        function: function, bytes: depth.worst.bytes[function], isExact: depth.worst.causes[function] == [],
        levels: counts[function], cells: cells)
    }
    candidates = ranked.count
    (self.stride, self.levels) = (stride, levels)
    largest = rows.lazy.flatMap { $0.cells.lazy.map(\.bytes) }.max() ?? 0
  }

  /// How many columns the picture has.
  var columns: Int { (levels + stride - 1) / stride }
}
