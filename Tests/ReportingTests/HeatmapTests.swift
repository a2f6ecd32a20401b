import CallGraph
import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: heatmap") struct HeatmapTests {
  /// Functions with these frames, and the calls of each.
  static func program(
    _ frames: [Int], name: (Int) -> String = { "main.f\($0)" }, _ calls: (Int) -> [Int]
  ) -> Program {
    var names = NameTable()
    let ids = frames.indices.map { names.intern(name($0)) }
    let functions = frames.indices.map { i in
      var function = Function(
        entry: UInt64(i) * 16, name: ids[i], size: 16,
        frame: StackFrame(bytes: frames[i], splitCheck: .small))
      function.calls = calls(i).map {
        CallSite(
          address: 0, target: ids[$0], targetEntry: UInt64($0) * 16, kind: .call, place: SitePlace(line: 1))
      }
      return function
    }
    return Program(
      header: Program.Header(input: "-", inputKind: .text, os: "linux", arch: .amd64, disassembler: .gnu),
      names: names, functions: functions, diagnostics: Diagnostics(), isPartial: false)
  }

  private func reporter(
    _ program: Program, top: Int = 40, scale: HeatScale = .log, _ selection: Selection = Selection()
  ) -> HeatmapReporter {
    HeatmapReporter(
      Report(program: program, selection: selection, version: "0.1.0", jobs: 1), depth: Depth(program),
      top: top, scale: scale)
  }

  private func bytes(_ reporter: HeatmapReporter, _ format: HeatmapReporter.Format) throws -> [UInt8] {
    let output = Output()
    try reporter.write(format, to: output)
    return output.contents
  }

  private func text(_ reporter: HeatmapReporter, _ format: HeatmapReporter.Format) throws -> String {
    String(decoding: try bytes(reporter, format), as: UTF8.self)
  }

  // MARK: Values

  @Test func levels() {
    let linear = [0, 1, 2, 3, 500, 501, 999, 1_000, 2_000].map {
      Int(HeatScale.linear.level($0, of: 1_000))
    }
    #expect(linear == [0, 0, 1, 1, 128, 128, 255, 255, 255])
    // log2(bytes / 8 + 1) of 1,016 bytes is 7.
    let log = [0, 8, 24, 56, 120, 248, 504, 1_016].map { Int(HeatScale.log.level($0, of: 1_016)) }
    #expect(log == [0, 36, 73, 109, 146, 182, 219, 255])
    for scale in HeatScale.allCases {
      #expect(scale.level(0, of: 0) == 0 && scale.level(7, of: 0) == 0)
      #expect(scale.level(1, of: 1) == 255 && scale.level(.max, of: .max) == 255)
      #expect(scale.level(.max - 1, of: .max) == 255)
    }
  }

  @Test func logarithm() {
    for value in [1, 2, 3, 9, 1_000, 65_537, 1 << 40 + 1, .max >> 1] as [UInt64] {
      let exact = Foundation.log2(Double(value)) * 65_536
      #expect(abs(Double(HeatScale.log2(value)) - exact) < 1.5)
    }
  }

  /// The cells of a row are its worst path, level by level or several at a time.
  @Test func cellsAddUpToTheWorstCase() {
    var generator = Seeded(state: 3)
    for limit in [30, 900] {
      let frames = (0..<1_000).map { _ in Int.random(in: 0..<400, using: &generator) * 8 }
      let calls = (0..<1_000).map { i in
        (0..<3).map { _ in i + Int.random(in: 1...(1_000 / limit + 1), using: &generator) }
      }
      let depth = Depth(Self.program(frames) { calls[$0].filter { $0 < 1_000 } })
      let shown = Array(0..<1_000)
      let heatmap = Heatmap(depth, ranked: shown, top: 1_000)
      #expect((heatmap.stride > 1) == (limit == 900))
      for row in heatmap.rows {
        let steps = depth.path(of: CallGraph.Node(row.function)).steps
        #expect(row.levels == steps.count && row.bytes == row.cells.reduce(0) { $0 + $1.sum })
        #expect(row.cells.count <= heatmap.columns && heatmap.columns <= Heatmap.columnLimit)
        for cell in row.cells {
          let part = steps[cell.depth..<cell.depth + cell.levels]
          let largest = part.max { $0.bytes < $1.bytes }!
          #expect(cell.bytes == largest.bytes && cell.sum == part.reduce(0) { $0 + $1.bytes })
          #expect(part.first { $0.bytes == largest.bytes }!.node == cell.node)
        }
      }
    }
  }

  // MARK: Sizes

  @Test(arguments: [0, 1, 40, 154, 4_000, 9_001]) func everySize(count: Int) async throws {
    var generator = Seeded(state: 4)
    let frames = (0..<count).map { _ in Int.random(in: 1..<900, using: &generator) * 8 }
    let reporter = reporter(
      Self.program(frames) { i in [i + 1 + i % 5].filter { $0 < min(count, 90) } }, top: count)
    #expect(reporter.isEmpty == (count == 0))
    let raster = Raster(reporter.picture)
    #expect(raster.height < 2_400 && raster.width < 1_200)
    #expect(raster.colors.count <= 256)
    let read = try await Python.run(Python.png, over: PNGWriter(raster).bytes)
    #expect(read.starts(with: Array("\(raster.width) \(raster.height)\n".utf8)))
    let lines = String(decoding: try await Python.run(Python.xml, over: bytes(reporter, .svg)), as: UTF8.self)
      .split(separator: "\n")
    let names = lines.count { $0.contains("'main.f") && $0.hasPrefix("text") }
    switch count {
    case 0: #expect(lines.contains { $0.contains("no function is listed") })
    case ...100: #expect(names == count)
    default: #expect(names > 70)
    }
    // Within the picture, all of it.
    for case .rectangle(let box, _, _) in reporter.picture.marks {
      #expect(
        box.x >= 0 && box.y >= 0 && box.x + box.width <= raster.width && box.y + box.height <= raster.height)
    }
    #expect(try text(reporter, .csv).split(separator: "\r\n").count > count)
  }

  /// A path of 100,000 levels below each of 1,000 functions: no call is walked for every one of them.
  @Test(.timeLimit(.minutes(1))) func chainOfAHundredThousand() throws {
    let count = 100_000
    let program = Self.program([Int](repeating: 8, count: count)) { $0 + 1 < count ? [$0 + 1] : [] }
    let reporter = reporter(program, top: 1_000)
    let csv = try text(reporter, .csv)
    #expect(csv.contains("\r\n1,0x0000000000000000,main.f0,1600000,true,0,667,16,255,main.f0,10672\r\n"))
    #expect(
      csv.contains("\r\n1,0x0000000000000000,main.f0,1600000,true,99383,617,16,255,main.f99383,9872\r\n"))
    #expect(try text(reporter, .svg).contains("A column is 667 levels"))
  }

  // MARK: What it says

  @Test func cells() throws {
    try Golden.check(try text(reporter(DepthSample.program()), .csv), "heatmap.csv")
  }

  @Test func pictureGolden() throws {
    try Golden.check(try text(reporter(DepthSample.program()), .svg), "heatmap.svg")
    let some = reporter(DepthSample.program(), top: 2, scale: .linear)
    try Golden.check(try text(some, .svg), "heatmap-linear.svg")
  }

  @Test func cutListingIsSaid() throws {
    var program = DepthSample.program()
    program.isPartial = true
    #expect(try text(reporter(program), .svg).contains("The listing was cut"))
  }

  @Test func hostileNames() async throws {
    let program = Sample.named(Sample.hostileNames)
    let reporter = reporter(program, Selection(origins: Set(Origin.allCases)))
    let svg = try bytes(reporter, .svg)
    let elements = String(decoding: try await Python.run(Python.xml, over: svg), as: UTF8.self)
      .split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(Set(elements) == ["svg", "title", "rect", "path", "text"])
    for text in [String(decoding: svg, as: UTF8.self), try text(reporter, .csv)] {
      #expect(
        text.unicodeScalars.allSatisfy { "\r\n".unicodeScalars.contains($0) || !UnsafeScalars.contains($0) })
    }
    #expect(try text(reporter, .csv).contains("\"'=cmd|' /C calc'!A0\""))
    _ = try await Python.run(Python.png, over: bytes(reporter, .png))
  }

  @Test func sameBytes() throws {
    for format in HeatmapReporter.Format.allCases {
      let first = try bytes(reporter(DepthSample.program()), format)
      for _ in 0..<20 { #expect(try bytes(reporter(DepthSample.program()), format) == first) }
    }
  }
}
