import ProgramModel

/// The positions in a heatmap's picture, in pixels: names are on the left, cells in the middle, worst cases
/// on the right.
struct HeatmapLayout {
  static let margin = 16
  /// The distance from one line of text to the next.
  static let linePitch = 14
  /// The most letters of a name; longer ones are shortened.
  static let nameLimit = 46
  static let barWidth = 90
  /// The width of the legend's ramp, with one column of pixels for each step.
  static let rampWidth = 256
  /// The most lines of cells. A picture with more would have to be scrolled.
  private static let lineLimit = 2_000
  /// The height that all lines of cells share, in pixels; a line is at least one pixel high, so many lines
  /// take more.
  private static let tallest = 1_300

  /// How many functions share a line of cells.
  let band: Int
  /// How many lines of cells there are.
  let lines: Int
  /// The distance from one line of cells to the next.
  let pitch: Int
  /// The number of lines from one name to the next.
  let labelEvery: Int
  /// The white gaps between two cells.
  let rowGap: Int
  let columnGap: Int
  /// The distance from one column to the next.
  let column: Int
  /// The left end of the cells, and their width, which has a minimum for the axis and the colours' legend.
  let cellsX: Int
  let cellsWidth: Int
  let barX: Int
  /// The right end of the worst cases' figures.
  let figureX: Int
  let width: Int

  /// Lays out a heatmap.
  ///
  /// - Parameters:
  ///   - nameWidth: the pixels of the longest name, or of the legend's title.
  ///   - figureWidth: the pixels of the longest figure of a worst case.
  init(_ heatmap: Heatmap, nameWidth: Int, figureWidth: Int) {
    let rows = heatmap.rows.count
    band = max(1, (rows + Self.lineLimit - 1) / Self.lineLimit)
    lines = (rows + band - 1) / band
    pitch = max(1, min(13, Self.tallest / max(1, lines)))
    labelEvery = (12 + pitch - 1) / pitch
    rowGap = pitch >= 6 ? 1 : 0
    column = max(4, min(16, 600 / max(1, heatmap.columns)))
    columnGap = rowGap == 1 && column >= 6 ? 1 : 0
    cellsX = Self.margin + nameWidth + 8
    cellsWidth = max(heatmap.columns * column, Self.rampWidth + 100)
    barX = cellsX + cellsWidth + 16
    figureX = barX + Self.barWidth + 8 + figureWidth
    width = figureX + Self.margin
  }

  /// Returns the levels that get a number on the axis, at steps of 1, 2 or 5 times a power of ten.
  func ticks(_ heatmap: Heatmap) -> [(level: Int, x: Int)] {
    guard heatmap.levels > 0 else { return [] }
    func x(_ level: Int) -> Int { cellsX + level * column / heatmap.stride }
    let room = Picture.width(of: Figures.count(heatmap.levels)) + 10
    var (step, turn) = (1, 0)
    while x(step) - cellsX < room {
      step = turn % 3 == 1 ? step / 2 * 5 : step * 2
      turn += 1
    }
    return stride(from: 0, to: heatmap.levels, by: step).map { ($0, x($0)) }
  }
}
