/// Strings of DOT, Graphviz's language. They are handled by scalars, since a quote with a combining mark is
/// still a quote.
enum DotText {
  /// Returns a string with its quotes. In a label, `\` begins an escape and `&` an entity of HTML.
  static func quoted(_ text: String) -> String {
    var out = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\"".unicodeScalars
      case "\\": out += "\\\\".unicodeScalars
      case "&": out += "&amp;".unicodeScalars
      case "\n": out += "\\n".unicodeScalars
      default: out.append(scalar)
      }
    }
    out.append("\"")
    return String(out)
  }
}
