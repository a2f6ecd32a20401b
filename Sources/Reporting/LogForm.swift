/// The form of a report that may end up in a job's log. It settles how a `[` is spelled that must not appear
/// there.
public enum LogForm: Sendable {
  /// Lines of text.
  case text
  /// Any document or stream of JSON.
  case json
  /// SVG and DOT, which have entities.
  case markup

  /// Makes the form of a format.
  ///
  /// - Parameter format: the format as `--format` names it. Nil for formats that are no text, and for one
  ///   whose commands are intended.
  public init?(format: String) {
    switch format {
    case "json", "ndjson", "sarif", "codeclimate": self = .json
    case "dot", "svg": self = .markup
    case "github", "pprof", "png": return nil
    default: self = .text
    }
  }
}
