/// A colour of a picture: eight bits each of red, green and blue.
///
/// There is no transparency: a mark covers whatever was painted before it.
struct Color: Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Makes a colour of a number such as `0x1f2328`.
  init(_ rgb: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: rgb >> 16), green: UInt8(truncatingIfNeeded: rgb >> 8),
      blue: UInt8(truncatingIfNeeded: rgb))
  }

  /// The colour in hexadecimal: `#1f2328`.
  var hex: String {
    let text = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - text.count) + text
  }

  // On white, text in either ink has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
  static let white = Color(0xffffff)
  static let ink = Color(0x1f2328)
  static let quietInk = Color(0x57606a)
  /// The colour of guide lines.
  static let hairline = Color(0xe2e5e9)
}
