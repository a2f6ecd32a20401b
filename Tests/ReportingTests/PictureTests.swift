import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite("Picture") struct PictureTests {
  // MARK: PNG

  /// What python reads of a PNG, against the raster that it was made of.
  private func check(_ raster: Raster) async throws {
    let colors = raster.pixels.flatMap { pixel in
      let color = raster.colors[Int(pixel)]
      return [color.red, color.green, color.blue]
    }
    let read = try await Python.run(Python.png, over: PNGWriter(raster).bytes)
    #expect(read == Array("\(raster.width) \(raster.height)\n".utf8) + colors)
  }

  @Test func everyPixelComesBack() async throws {
    var generator = Seeded(state: 5)
    for (count, width) in [(0, 1), (3, 7), (60, 333), (2_000, 600)] {
      var picture = Picture(width: width, height: 200, title: "")
      for _ in 0..<count {
        let box = Picture.Box(
          x: Int.random(in: -20..<width, using: &generator), y: Int.random(in: -20..<220, using: &generator),
          width: Int.random(in: 0..<40, using: &generator), height: Int.random(in: 0..<9, using: &generator))
        picture.marks.append(
          .rectangle(box, Color(UInt32.random(in: 0..<0x100_0000, using: &generator))))
      }
      let raster = Raster(picture)
      #expect((raster.colors.count > 256) == (count == 2_000))
      try await check(raster)
    }
  }

  @Test func emptyPictureIsOnePixel() async throws {
    try await check(Raster(Picture(width: 0, height: 0, title: "")))
  }

  /// Runs of every length, matches at every distance that a code begins or ends with, and noise.
  @Test func deflateIsWhatZlibReads() async throws {
    var generator = Seeded(state: 6)
    var samples: [[UInt8]] = [[], [0], [1, 2], Array(0...255)]
    samples.append((1...300).flatMap { [UInt8](repeating: UInt8($0 % 7), count: $0) + [9] })
    samples.append((0..<70_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    for exponent in 1...15 {
      for distance in [1 << exponent, 1 << exponent + 1, 3 << (exponent - 1)] where distance <= 33_000 {
        let unit = (0..<distance).map { _ in UInt8.random(in: 0...255, using: &generator) }
        samples.append(unit + unit.prefix(300) + [0] + unit.prefix(40))
      }
    }
    let read = try await Python.run(Python.inflate, over: samples.flatMap { Deflate.zlib($0) })
    #expect(read == samples.flatMap(\.self))
    #expect(Deflate.zlib([UInt8](repeating: 7, count: 1_000_000)).count < 8_000)
  }

  @Test func checksums() {
    #expect(PNGWriter.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
    #expect(Deflate.adler32(Array("Wikipedia".utf8)) == 0x11e6_0398)
  }

  // MARK: Letters

  @Test func everyLetterIsDrawnAndNoTwoAreAlike() {
    let scalars =
      (0x21...0x7e).map { Unicode.Scalar(UInt8($0)) } + Array("…·–≥".unicodeScalars)
    let glyphs = scalars.map { Array(BitmapFont.rows(of: $0)) }
    #expect(Set(glyphs).count == scalars.count)
    #expect(glyphs.allSatisfy { $0.count == 9 && $0.contains { $0 != 0 } })
    #expect(BitmapFont.rows(of: " ").allSatisfy { $0 == 0 })
    #expect(BitmapFont.rows(of: "漢") == BitmapFont.rows(of: "?"))
    #expect(Array(BitmapFont.rows(of: "T")) == [31, 4, 4, 4, 4, 4, 4, 0, 0])
  }

  // MARK: SVG

  @Test func hostileTextIsOnlyText() async throws {
    var picture = Picture(width: 100, height: 50, title: "</title><script>alert(1)</script>")
    for name in Sample.hostileNames + [Array("\u{fffe}\u{ffff}]]>&amp;'".utf8)] {
      let text = String(decoding: name, as: UTF8.self)
      picture.marks.append(.text(text, x: 1, baseline: 9, tip: text))
      picture.marks.append(.tip(.init(x: 0, y: 0, width: 3, height: 3), text))
    }
    let read = try await Python.run(Python.xml, over: SVGWriter(picture).bytes)
    let lines = String(decoding: read, as: UTF8.self).split(separator: "\n")
    let names = Set(lines.map { $0.prefix { $0 != " " } })
    #expect(names == ["svg", "title", "rect", "text"])
    #expect(lines.contains { $0.contains("'</title><script>alert(1)</script>'") })
    #expect(lines.count { $0.hasPrefix("text") } == Sample.hostileNames.count + 1)
  }

  @Test func rectanglesOfOneColourAreOnePath() {
    var picture = Picture(width: 30, height: 20, title: "t")
    for (x, y) in [(2, 3), (9, 1), (4, 12)] {
      picture.marks.append(.rectangle(.init(x: x, y: y, width: 4, height: 5), .ink))
    }
    picture.marks.append(.rectangle(.init(x: 0, y: 0, width: 0, height: 5), .quietInk))
    picture.marks.append(.rectangle(.init(x: 0, y: 0, width: 1, height: 1), .quietInk, tip: "a<b"))
    let text = String(decoding: SVGWriter(picture).bytes, as: UTF8.self)
    #expect(
      text.contains("<path fill=\"#1f2328\" d=\"m2 3h4v5h-4zm7-2h4v5h-4zm-5 11h4v5h-4z\"/>\n"))
    #expect(text.contains("fill=\"#57606a\"><title>a&lt;b</title></rect>"))
  }

  // MARK: Colours

  /// Relative luminance (WCAG 2.2).
  private func luminance(_ color: Color) -> Double {
    func linear(_ value: UInt8) -> Double {
      let part = Double(value) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
  }

  private func contrast(_ a: Color, _ b: Color) -> Double {
    let (light, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)
  }

  @Test func textIsLegible() {
    for ink in [Color.ink, .quietInk] { #expect(contrast(ink, .white) >= 4.5) }
    #expect(contrast(HeatmapPicture.exactBar, HeatmapPicture.lowerBoundBar) >= 3)
  }

  /// What is seen without one of the three kinds of cones (Viénot, Brettel, Mollon 1999; for blue: lightness alone).
  private func seen(_ color: Color, red: Bool) -> Double {
    func linear(_ value: UInt8) -> Double { pow(Double(value) / 255, 2.2) }
    let (r, g) = (linear(color.red), linear(color.green))
    let yellow = red ? 0.11238 * r + 0.88762 * g : 0.29275 * r + 0.70725 * g
    return 0.2126 * yellow + 0.7152 * yellow + 0.0722 * linear(color.blue)
  }

  /// The order of the ramp is one of lightness, whoever looks; and eight steps of it are told apart.
  @Test func rampIsReadWithoutHues() {
    let colors = ColorRamp.colors
    #expect(colors.count == 256 && Set(colors).count == 128)
    for i in 0..<255 where colors[i] != colors[i + 1] {
      #expect(luminance(colors[i]) > luminance(colors[i + 1]))
      for red in [true, false] { #expect(seen(colors[i], red: red) > seen(colors[i + 1], red: red)) }
    }
    for i in stride(from: 0, to: 224, by: 32) { #expect(contrast(colors[i], colors[i + 31]) > 1.14) }
    #expect(contrast(colors[0], .white) > 1.1 && contrast(colors[255], .white) > 15)
  }
}
