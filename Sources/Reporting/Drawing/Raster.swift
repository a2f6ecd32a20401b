/// A picture in pixels.
///
/// Marks are painted in their order, so later ones cover earlier ones. Tips have no pixels.
struct Raster {
  let width: Int
  let height: Int
  /// The colours that occur, in the order in which they were first painted.
  private(set) var colors: [Color] = []
  /// For each pixel, the index of its colour in ``colors``: row by row, from the upper left.
  private(set) var pixels: [UInt16]
  private var places: [Color: UInt16] = [:]

  init(_ picture: Picture) {
    (width, height) = (max(1, picture.width), max(1, picture.height))
    pixels = Array(repeating: 0, count: width * height)
    _ = place(of: .white)
    for mark in picture.marks {
      switch mark {
      case .rectangle(let box, let color, _): fill(box, place(of: color))
      case .text(let text, let x, let baseline, let color, let anchor, let scale, _):
        let length = text.unicodeScalars.count * BitmapFont.advance * scale
        let start =
          switch anchor {
          case .start: x
          case .middle: x - length / 2
          case .end: x - length
          }
        draw(text, x: start, y: baseline - BitmapFont.ascent * scale, place(of: color), scale)
      case .tip: break
      }
    }
  }

  /// Returns the index of a colour, which is added if it is new.
  private mutating func place(of color: Color) -> UInt16 {
    if let place = places[color] { return place }
    let place = UInt16(colors.count)
    colors.append(color)
    places[color] = place
    return place
  }

  /// Paints the part of a box that is within the picture.
  private mutating func fill(_ box: Picture.Box, _ color: UInt16) {
    let (left, right) = (max(0, box.x), min(width, box.x + box.width))
    guard left < right else { return }
    for y in max(0, box.y)..<max(0, box.y, min(height, box.y + box.height)) {
      for x in left..<right { pixels[y * width + x] = color }
    }
  }

  /// Paints a text. `x` and `y` are the upper left corner of its first glyph; `scale` enlarges each pixel.
  private mutating func draw(_ text: String, x: Int, y: Int, _ color: UInt16, _ scale: Int) {
    var x = x
    for scalar in text.unicodeScalars {
      for (row, bits) in BitmapFont.rows(of: scalar).enumerated() {
        for column in 0..<BitmapFont.width where bits >> UInt8(BitmapFont.width - 1 - column) & 1 == 1 {
          fill(
            .init(x: x + column * scale, y: y + row * scale, width: scale, height: scale), color)
        }
      }
      x += BitmapFont.advance * scale
    }
  }
}
