/// The colours of a normalised value, 0 to 255: from pale yellow through green and blue to near black.
///
/// Every step is darker than the one before, so people who do not see hues, and prints without colour, get
/// the same order. Dark stands for much, as people expect of a picture on white. Two neighbouring values
/// share a colour: no eye tells more apart, and a raster picture with at most 256 colours is a third of the
/// size.
enum ColorRamp {
  /// The colour of each value.
  static let colors: [Color] = (0..<256).map { color(at: min(255, $0 / 2 * 2 + $0 / 128)) }

  /// Returns the colour of a value, rounded between the two nearest fixed points.
  private static func color(at level: Int) -> Color {
    let upper = points.firstIndex { $0.level >= level && $0.level > 0 } ?? points.count - 1
    let (from, to) = (points[upper - 1], points[upper])
    func between(_ a: UInt8, _ b: UInt8) -> UInt8 {
      let (span, part) = (to.level - from.level, level - from.level)
      return UInt8((Int(a) * (span - part) + Int(b) * part + span / 2) / span)
    }
    return Color(
      red: between(from.color.red, to.color.red), green: between(from.color.green, to.color.green),
      blue: between(from.color.blue, to.color.blue))
  }

  /// The fixed points of the ramp; between them it is linear.
  private static let points: [(level: Int, color: Color)] = [
    (0, Color(0xfdf0a6)), (51, Color(0xd3dd6f)), (102, Color(0x7fb970)), (153, Color(0x36898c)),
    (204, Color(0x2f4f8f)), (255, Color(0x1e0a3c)),
  ]
}
