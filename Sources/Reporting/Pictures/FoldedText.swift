/// Frames of folded stacks, as flamegraph.pl, inferno and speedscope read them. Scalar by scalar: a semicolon
/// with a combining mark still separates two frames.
enum FoldedText {
  /// A name without what separates frames and figures.
  static func frame(_ name: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      out.append(scalar == ";" ? ":" : scalar.properties.isWhitespace ? "_" : scalar)
    }
    return String(out)
  }
}
