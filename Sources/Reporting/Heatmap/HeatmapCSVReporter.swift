import CallGraph
import ProgramModel

/// The cells of a heatmap, one a line (RFC 4180). Here every function has all of its cells, even where
/// functions share a line in the picture.
struct HeatmapCSVReporter {
  let heatmap: Heatmap
  let depth: Depth
  let scale: HeatScale

  /// The names of the columns. `rank` counts rows from 1, `depth` and `levels` are those of the cell, `bytes`
  /// is its largest frame, `level` its colour step from 0 to 255, and `sumBytes` the sum of its frames.
  static let header =
    "rank,entry,function,worstBytes,exact,depth,levels,bytes,level,frameOf,sumBytes\r\n"

  func write(to output: Output) throws(OutputError) {
    var out = ByteWriter(capacity: 1 << 20)
    out.put(text: Self.header)
    for (rank, row) in heatmap.rows.enumerated() {
      for cell in row.cells { put(cell, of: row, rank: rank + 1, &out) }
      if out.count > 1 << 20 {
        try out.withSpan(output.write)
        out.clear()
      }
    }
    try out.withSpan(output.write)
  }

  private func put(_ cell: Heatmap.Cell, of row: Heatmap.Row, rank: Int, _ out: inout ByteWriter) {
    let function = depth.program.functions[row.function]
    out.put(decimal: rank)
    out.put(",0x")
    out.put(hex16: function.entry)
    out.put(",")
    out.put(csv: depth.program.names.bytes(of: function.name))
    out.put(",")
    out.put(decimal: row.bytes)
    out.put(row.isExact ? ",true" : ",false")
    for number in [
      cell.depth, cell.levels, cell.bytes, Int(scale.level(cell.bytes, of: heatmap.largest)),
    ] {
      out.put(",")
      out.put(decimal: number)
    }
    out.put(",")
    out.put(csv: name(of: cell.node))
    out.put(",")
    out.put(decimal: cell.sum)
    out.put("\r\n")
  }

  private func name(of node: CallGraph.Node) -> ArraySlice<UInt8> {
    let node = depth.graph.original(node)
    guard depth.graph.isFunction(node) else { return Array(NodeLabels(depth).name(node).utf8)[...] }
    return depth.program.names.bytes(of: depth.program.functions[Int(node)].name)
  }
}
