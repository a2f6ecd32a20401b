/// Frames of folded stacks, in the form that flamegraph.pl, inferno and speedscope read. They are handled by
/// scalars, since a semicolon with a combining mark still separates two frames.
enum FoldedText {
  /// Returns a name in which the characters that separate frames and figures are replaced.
  static func frame(_ name: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      out.append(scalar == ";" ? ":" : scalar.properties.isWhitespace ? "_" : scalar)
    }
    return String(out)
  }
}
