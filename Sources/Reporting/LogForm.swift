/// How a report is written, where a job's log may get it: what a `[` is spelled as that must not stand there.
public enum LogForm: Sendable {
  /// Lines for people.
  case text
  /// Any document or stream of JSON.
  case json
  /// SVG and DOT, which have entities.
  case markup

  /// - Parameter format: as `--format` names it; nil for what is no text, and for commands that are meant as
  ///   such.
  public init?(format: String) {
    switch format {
    case "json", "ndjson", "sarif", "codeclimate": self = .json
    case "dot", "svg": self = .markup
    case "github", "pprof", "png": return nil
    default: self = .text
    }
  }
}
