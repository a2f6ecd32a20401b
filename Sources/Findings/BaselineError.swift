/// The reason why a baseline cannot be used.
public enum BaselineError: Error, CustomStringConvertible {
  case notABaseline(String)
  /// The file contains an unresolved merge conflict.
  case conflict(String, Int)
  case badLine(String, Int, String)
  case twice(String, Int, String)
  case noHeader(String, String)

  /// A message with the problem, its place, and the remedy.
  public var description: String {
    switch self {
    case .notABaseline(let file):
      "\(file): not a baseline that this fathom reads: the first line says «# fathom baseline 2»; rewrite it with fathom baseline"
    case .conflict(let file, let line):
      "\(file):\(line): an unresolved merge conflict; resolve it, or rewrite the baseline with fathom baseline"
    case .badLine(let file, let line, let text):
      "\(file):\(line): not a row of a baseline (rule, package, function, measures, with tabs between): «\(Spelled.text(text))»"
    case .twice(let file, let line, let text):
      "\(file):\(line): duplicate row: «\(Spelled.text(text))»"
    case .noHeader(let file, let key):
      "\(file): its header does not name the \(key) that it was written for; rewrite it with fathom baseline"
    }
  }
}
