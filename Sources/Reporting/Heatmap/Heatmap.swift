import CallGraph
import ProgramModel

/// The contents of a heatmap, which shows at which depth of its worst case each function's bytes are.
///
/// A row is a function, the deepest first. Its cells follow the function's own worst path, the one that
/// `fathom depth --function` prints: column 0 is the function's own frame, column 1 the frame of the callee
/// on this path, and so on down to the path's end. A cell is the bytes of the frame at this depth while the
/// path goes on, so a row's cells add up to the row's worst case. A frame that is left by a tail jump is 0,
/// since the next one takes its place.
///
/// Cells are no running totals. Those would only grow: each column would be darker than the one before, and
/// the one frame that matters would be no more than an edge. The sum of the frames is at the end of the row,
/// with «≥» where the worst case is a lower bound.
///
/// Where the deepest path has more levels than there are columns, a column covers several levels, and its
/// cell is the largest frame among them.
struct Heatmap {
  /// The frames of one column of a row.
  struct Cell: Hashable {
    /// The first of its levels; 0 is the function of the row.
    var depth: Int
    /// How many levels it has.
    var levels: Int
    /// The node that has the largest frame among them.
    var node: CallGraph.Node
    /// The bytes of that frame.
    var bytes: Int
    /// The bytes of all of its levels.
    var sum: Int
  }

  /// A function and its worst path.
  struct Row {
    /// The function's index in the program.
    var function: Int
    /// Its worst case, in bytes.
    var bytes: Int
    /// Whether the worst case is exact; otherwise it is a lower bound.
    var isExact: Bool
    /// How many levels its worst path has.
    var levels: Int
    var cells: [Cell]
  }

  /// The rows, the deepest first, equally deep ones in address order.
  let rows: [Row]
  /// How many functions could be rows: the selection without the runtime's stubs and without functions that
  /// are called only when the program dies.
  let candidates: Int
  /// How many levels a column covers.
  let stride: Int
  /// The levels of the deepest path that is shown.
  let levels: Int
  /// The largest cell, in bytes.
  let largest: Int

  /// The most columns: with these, cells are at least four pixels wide and the picture still fits a page.
  static let columnLimit = 150

  /// Makes the rows of a heatmap.
  ///
  /// - Parameters:
  ///   - ranked: the functions that could be rows, the deepest first.
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
