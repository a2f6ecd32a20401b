public import CallGraph
import ProgramModel

/// A picture of the depths at which the bytes of a program's deepest functions are, or the picture's cells as
/// a table.
public struct HeatmapReporter: Sendable {
  /// The file formats.
  public enum Format: String, CaseIterable, Sendable {
    case svg, png, csv
  }

  private let report: Report
  private let depth: Depth
  private let scale: HeatScale
  private let shown: Shown
  private let heatmap: Heatmap

  /// Makes the heatmap of a report.
  ///
  /// - Parameters:
  ///   - depth: the worst cases of its call graph.
  ///   - top: how many functions become rows, the deepest ones.
  ///   - scale: the mapping from bytes to colours.
  public init(_ report: Report, depth: Depth, top: Int, scale: HeatScale) {
    (self.report, self.depth, self.scale) = (report, depth, scale)
    shown = Shown(report)
    heatmap = Heatmap(depth, ranked: depth.deepest(shown), top: top)
  }

  /// Whether there is no function to show.
  public var isEmpty: Bool { heatmap.rows.isEmpty }

  /// Writes the whole file.
  public func write(_ format: Format, to output: Output) throws(OutputError) {
    switch format {
    case .svg: try output.write(SVGWriter(picture).bytes)
    case .png: try output.write(PNGWriter(Raster(picture)).bytes)
    case .csv: try HeatmapCSVReporter(heatmap: heatmap, depth: depth, scale: scale).write(to: output)
    }
  }

  var picture: Picture { HeatmapPicture(heatmap, depth: depth, shown: shown, scale: scale).picture }
}
