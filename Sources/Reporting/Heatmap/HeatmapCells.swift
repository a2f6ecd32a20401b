/// The coloured cells of a heatmap's picture, in which equal neighbours are one rectangle.
struct HeatmapCells {
  private let heatmap: Heatmap
  private let scale: HeatScale
  private let layout: HeatmapLayout

  init(_ heatmap: Heatmap, scale: HeatScale, layout: HeatmapLayout) {
    (self.heatmap, self.scale, self.layout) = (heatmap, scale, layout)
  }

  /// The columns of a rectangle. It may grow downwards by one with the same columns.
  private struct Columns: Hashable {
    var first: Int
    var count: Int
  }

  /// Paints the cells colour by colour, so that a writer can put all cells of one colour into one element.
  func draw(from top: Int, _ picture: inout Picture) {
    var pieces = [[Picture.Box]](repeating: [], count: 256)
    var open = [[Columns: Int]](repeating: [:], count: 256)
    for line in 0..<layout.lines {
      let y = top + line * layout.pitch
      for (columns, level) in runs(levels(of: line)) {
        if layout.rowGap == 0, let place = open[level][columns],
          pieces[level][place].y + pieces[level][place].height == y
        {
          pieces[level][place].height += layout.pitch
          continue
        }
        open[level][columns] = pieces[level].count
        pieces[level].append(
          .init(
            x: layout.cellsX + columns.first * layout.column, y: y,
            width: columns.count * layout.column - layout.columnGap,
            height: layout.pitch - layout.rowGap))
      }
    }
    for (level, boxes) in pieces.enumerated() {
      for box in boxes { picture.marks.append(.rectangle(box, ColorRamp.colors[level])) }
    }
  }

  /// Returns the colour steps of a line's cells; where functions share the line, the larger ones.
  private func levels(of line: Int) -> [Int] {
    let members = heatmap.rows[line * layout.band..<min(heatmap.rows.count, (line + 1) * layout.band)]
    var levels: [Int] = []
    for row in members {
      for (column, cell) in row.cells.enumerated() {
        let level = Int(scale.level(cell.bytes, of: heatmap.largest))
        if column < levels.count {
          levels[column] = max(levels[column], level)
        } else {
          levels.append(level)
        }
      }
    }
    return levels
  }

  /// Returns the runs of neighbours of the same step; each cell by itself where gaps separate them.
  private func runs(_ levels: [Int]) -> [(Columns, level: Int)] {
    var runs: [(Columns, level: Int)] = []
    for (column, level) in levels.enumerated() {
      if layout.columnGap == 0, let last = runs.last, last.level == level {
        runs[runs.count - 1].0.count += 1
      } else {
        runs.append((Columns(first: column, count: 1), level))
      }
    }
    return runs
  }
}
