public import Findings

/// The settings that are in force in a check, and where each value came from.
public struct ConfigurationReporter: Sendable {
  private let rows: [Configuration.Row]
  private let file: String?
  private let paint: Paint

  /// Makes the reporter of some settings.
  ///
  /// - Parameters:
  ///   - rows: the settings in force.
  ///   - file: the configuration file; nil when there is none.
  ///   - options: how it looks.
  public init(_ rows: [Configuration.Row], file: String?, options: TextOptions) {
    self.rows = rows
    self.file = file
    paint = Paint(isOn: options.isColored)
  }

  /// Writes the whole table.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The table with one line for each value: its key, the value, its source.
  var text: String {
    let cells = rows.map { row in
      [row.key, row.value, row.source].map { TerminalText.safe($0) }
    }
    let widths = (0..<2).map { i in cells.map { TerminalText.width($0[i]) }.max() ?? 0 }
    let head = file.map { "configuration: \(TerminalText.safe($0))" } ?? "no configuration file: defaults"
    return cells.reduce(paint(head, .strong) + "\n") { out, row in
      var line = ""
      for i in 0..<2 {
        // One long list must not push all other values to the right.
        line +=
          row[i] + String(repeating: " ", count: max(0, min(widths[i], 34) - TerminalText.width(row[i])) + 2)
      }
      return out + line + paint(row[2], .quiet) + "\n"
    }
  }
}
