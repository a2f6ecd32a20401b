import ProgramModel

/// A picture as an SVG file, without scripts, without references to other files, and with all text escaped.
struct SVGWriter {
  private let picture: Picture
  /// The font size at which letters are as wide as the bitmap's: letters of a monospaced font are 0.6 of its
  /// size wide.
  private static let fontSize = BitmapFont.advance * 10 / 6

  init(_ picture: Picture) { self.picture = picture }

  /// The whole file.
  var bytes: [UInt8] {
    var out = ByteWriter(capacity: 1 << 16)
    out.put(
      text: """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(picture.width)" height="\(picture.height)" \
        viewBox="0 0 \(picture.width) \(picture.height)" role="img" \
        font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="\(Self.fontSize)">
        <title>\(Self.escaped(picture.title))</title>
        <rect width="100%" height="100%" fill="\(Color.white.hex)"/>

        """)
    var run = Run()
    for mark in picture.marks {
      if case .rectangle(let box, let color, tip: nil) = mark {
        run.add(box, color, &out)
      } else {
        run.end(&out)
        put(mark, &out)
      }
    }
    run.end(&out)
    out.put("</svg>\n")
    return out.bytes
  }

  /// Puts a mark as an element of its own.
  private func put(_ mark: Picture.Mark, _ out: inout ByteWriter) {
    switch mark {
    case .rectangle(let box, let color, let tip): rectangle(box, color.hex, tip, &out)
    case .tip(let box, let tip): rectangle(box, "transparent", tip, &out)
    case .text(let text, let x, let baseline, let color, let anchor, let scale, let tip):
      out.put(text: "<text x=\"\(x)\" y=\"\(baseline)\" fill=\"\(color.hex)\"")
      if anchor != .start { out.put(text: " text-anchor=\"\(anchor == .end ? "end" : "middle")\"") }
      if scale != 1 { out.put(text: " font-size=\"\(Self.fontSize * scale)\"") }
      out.put(text: ">\(Self.escaped(text))\(title(tip))</text>\n")
    }
  }

  private func rectangle(_ box: Picture.Box, _ fill: String, _ tip: String?, _ out: inout ByteWriter) {
    out.put(
      text: "<rect x=\"\(box.x)\" y=\"\(box.y)\" width=\"\(box.width)\" height=\"\(box.height)\" "
        + "fill=\"\(fill)\">\(title(tip))</rect>\n")
  }

  private func title(_ tip: String?) -> String {
    tip.map { "<title>\(Self.escaped($0))</title>" } ?? ""
  }

  /// Returns text in the form that XML 1.0 takes: markup is escaped, and characters that XML cannot write are
  /// replaced by U+FFFD.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n": out += "\n"
      case _ where UnsafeScalars.contains(scalar): out += "\u{fffd}"
      case "\u{fffe}", "\u{ffff}": out += "\u{fffd}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Consecutive rectangles of one colour, which become one path instead of one element each.
  private struct Run {
    private var color: Color?
    private var last = (x: 0, y: 0)

    /// Adds a rectangle to the path, or begins a new one for another colour.
    mutating func add(_ box: Picture.Box, _ color: Color, _ out: inout ByteWriter) {
      guard box.width > 0, box.height > 0 else { return }
      if self.color != color {
        end(&out)
        out.put(text: "<path fill=\"\(color.hex)\" d=\"")
        (self.color, last) = (color, (0, 0))
      }
      // A closed subpath ends where it began, and «m» is relative to that point.
      out.put("m")
      number(box.x - last.x, &out)
      if box.y >= last.y { out.put(" ") }
      number(box.y - last.y, &out)
      out.put("h")
      number(box.width, &out)
      out.put("v")
      number(box.height, &out)
      out.put("h")
      number(-box.width, &out)
      out.put("z")
      last = (box.x, box.y)
    }

    /// Ends the path, if there is one.
    mutating func end(_ out: inout ByteWriter) {
      if color != nil { out.put("\"/>\n") }
      color = nil
    }

    private func number(_ value: Int, _ out: inout ByteWriter) { out.put(decimal: value) }
  }
}

extension ByteWriter {
  mutating func put(text: String) { put(Array(text.utf8)) }
}
