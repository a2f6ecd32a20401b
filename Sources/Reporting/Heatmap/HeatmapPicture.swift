import CallGraph
import ProgramModel

/// Draws a heatmap: an explanation in words, the colours' legend, the axis, and a line of cells for each
/// function.
struct HeatmapPicture {
  let heatmap: Heatmap
  let depth: Depth
  let shown: Shown
  let scale: HeatScale
  let layout: HeatmapLayout
  private let labels: NodeLabels
  private var program: Program { depth.program }

  /// The colours of the bars at the ends of the rows.
  static let exactBar = Color(0x57606a)
  static let lowerBoundBar = Color(0xb4bcc5)

  init(_ heatmap: Heatmap, depth: Depth, shown: Shown, scale: HeatScale) {
    (self.heatmap, self.depth, self.shown, self.scale) = (heatmap, depth, shown, scale)
    labels = NodeLabels(depth)
    let (labels, rows) = (labels, heatmap.rows)
    layout = HeatmapLayout(
      heatmap,
      nameWidth: rows.reduce(Picture.width(of: Self.legendTitle(scale))) {
        max($0, Picture.width(of: Self.name($1, labels)))
      },
      figureWidth: rows.map { Picture.width(of: labels.bytes(CallGraph.Node($0.function))) }.max() ?? 0)
  }

  private static func name(_ row: Heatmap.Row, _ labels: NodeLabels) -> String {
    TextPage.shortened(labels.name(CallGraph.Node(row.function)), HeatmapLayout.nameLimit)
  }

  private static func legendTitle(_ scale: HeatScale) -> String {
    "bytes of a frame, \(scale.rawValue) scale"
  }

  var picture: Picture {
    var picture = Picture(width: layout.width, height: 0, title: title)
    var y = head(&picture)
    guard !heatmap.rows.isEmpty else {
      picture.height = y + HeatmapLayout.margin
      return picture
    }
    y = legend(below: y + 10, &picture)
    y = columnHeads(below: y + 12, &picture)
    let end = y + layout.lines * layout.pitch
    axis(from: y, to: end, &picture)
    HeatmapCells(heatmap, scale: scale, layout: layout).draw(from: y, &picture)
    for line in 0..<layout.lines { rowEnds(line, y: y + line * layout.pitch, &picture) }
    picture.height = end + HeatmapLayout.linePitch + HeatmapLayout.margin
    return picture
  }

  private var title: String { "Where the stack goes: \(program.header.inputLabel)" }

  // MARK: Words

  /// Draws the title and the explanation. Returns the lower end.
  private func head(_ picture: inout Picture) -> Int {
    let left = HeatmapLayout.margin
    let room = (layout.width - 2 * left) / BitmapFont.advance
    picture.marks.append(
      .text(
        TerminalText.keepingEnd(of: title, width: room / 2), x: left, baseline: left + 14, scale: 2,
        tip: title))
    var y = left + 14 + 6
    for sentence in sentences {
      let wrapped = TextPage(width: room, paint: Paint(isOn: false)).wrapped(sentence, indentation: 0)
      for line in wrapped.split(separator: "\n") {
        y += HeatmapLayout.linePitch
        picture.marks.append(.text(String(line), x: left, baseline: y, .quietInk))
      }
    }
    return y
  }

  /// The explanation, one sentence each: which functions are shown, how to read a row, and where figures are
  /// lower bounds.
  private var sentences: [String] {
    let rows = heatmap.rows.count
    guard rows > 0 else { return ["no function is listed: nothing matches"] }
    let others = program.functions.count - heatmap.candidates
    var hidden: [String] = []
    if heatmap.candidates > rows { hidden.append(Figures.count(heatmap.candidates - rows) + " less deep") }
    if others > 0 { hidden.append(Figures.count(others, "other") + " of the program") }
    let all = Figures.count(heatmap.candidates) + (shown.reason == .own ? " of your own" : " listed")
    var sentences = [
      "\(program.header.machineLabel) · "
        + (rows == heatmap.candidates
          ? "all \(all)" : "the \(rows == 1 ? "" : Figures.count(rows) + " ")deepest of \(all)")
        + (hidden.isEmpty ? "" : " · not shown: " + hidden.joined(separator: " and ")),
      "A row goes down its function's worst path: at depth 0 its own frame, at depth 1 its callee's, and so on. "
        + "Colour: bytes of that frame.",
    ]
    if heatmap.stride > 1 {
      sentences.append(
        "A column is \(Figures.count(heatmap.stride)) levels: it shows the largest frame of them.")
    }
    if layout.band > 1 {
      sentences.append(
        "A line is \(Figures.count(layout.band)) functions: it shows the larger of their cells, and the deepest's name."
      )
    }
    let bound =
      heatmap.rows.allSatisfy(\.isExact)
      ? ""
      : "≥ marks a lower bound: a cycle, a call through a pointer, or code without a known frame lies below. "
    if program.isPartial {
      sentences.append("The listing was cut: calls and functions may be missing.")
    }
    let extent = depth.graph.options.extent
    sentences.append("\(bound)\(extent.prefix(1).uppercased())\(extent.dropFirst()).")
    return sentences
  }

  // MARK: Legend and axis

  /// Draws the ramp with bytes below it, and the meaning of the bars' two greys. Returns the lower end.
  private func legend(below y: Int, _ picture: inout Picture) -> Int {
    picture.marks.append(
      .text(
        Self.legendTitle(scale), x: layout.cellsX - 8, baseline: y + 9, .quietInk,
        anchor: .end))
    for level in stride(from: 0, to: HeatmapLayout.rampWidth, by: 2) {
      let box = Picture.Box(x: layout.cellsX + level, y: y, width: 2, height: 10)
      picture.marks.append(.rectangle(box, ColorRamp.colors[level]))
    }
    for tick in scale.ticks(upTo: heatmap.largest) {
      let x = layout.cellsX + Int(scale.level(tick, of: heatmap.largest))
      picture.marks.append(.rectangle(.init(x: x, y: y + 10, width: 1, height: 3), .quietInk))
      picture.marks.append(
        .text(Figures.bytes(tick), x: x, baseline: y + 23, .quietInk, anchor: tick == 0 ? .start : .middle))
    }
    for (i, (color, word)) in [(Self.exactBar, "exact"), (Self.lowerBoundBar, "at least")].enumerated() {
      let top = y + i * HeatmapLayout.linePitch
      picture.marks.append(.rectangle(.init(x: layout.barX, y: top + 2, width: 10, height: 7), color))
      picture.marks.append(.text(word, x: layout.barX + 16, baseline: top + 9, .quietInk))
    }
    return y + 23
  }

  /// Draws the heads of the columns. Returns the upper end of the cells.
  private func columnHeads(below y: Int, _ picture: inout Picture) -> Int {
    let baseline = y + 9
    picture.marks += [
      .text("function", x: layout.cellsX - 8, baseline: baseline, anchor: .end),
      .text("call depth, from the function (0) down its worst path", x: layout.cellsX, baseline: baseline),
      .text("worst case", x: layout.barX, baseline: baseline),
    ]
    return baseline + HeatmapLayout.linePitch + 6
  }

  /// Draws the axis: numbers above and below the cells, and lines between them.
  private func axis(from y: Int, to end: Int, _ picture: inout Picture) {
    for (level, x) in layout.ticks(heatmap) {
      let text = Figures.count(level)
      picture.marks += [
        .rectangle(.init(x: x, y: y - 3, width: 1, height: end - y + 6), .hairline),
        .text(text, x: x, baseline: y - 6, .quietInk, anchor: .start),
        .text(text, x: x, baseline: end + 13, .quietInk, anchor: .start),
      ]
    }
  }

  // MARK: Rows

  /// Draws the name and the worst case at the ends of a line of cells.
  private func rowEnds(_ line: Int, y: Int, _ picture: inout Picture) {
    let members = heatmap.rows[line * layout.band..<min(heatmap.rows.count, (line + 1) * layout.band)]
    guard let first = members.first else { return }
    let height = layout.pitch - layout.rowGap
    let bar = max(1, first.bytes * HeatmapLayout.barWidth / max(1, heatmap.rows[0].bytes))
    picture.marks.append(
      .rectangle(
        .init(x: layout.barX, y: y, width: bar, height: height),
        members.allSatisfy(\.isExact) ? Self.exactBar : Self.lowerBoundBar))
    guard line % layout.labelEvery == 0 else { return }
    let node = CallGraph.Node(first.function)
    let baseline = y + (height + BitmapFont.ascent) / 2
    picture.marks += [
      .text(
        Self.name(first, labels), x: layout.cellsX - 8, baseline: baseline, anchor: .end,
        tip: layout.labelEvery > 1 ? tip(first) : nil),
      .text(labels.bytes(node), x: layout.figureX, baseline: baseline, .quietInk, anchor: .end),
    ]
    if layout.labelEvery > 1 {
      picture.marks.append(.rectangle(.init(x: layout.cellsX - 6, y: y, width: 4, height: 1), .quietInk))
    } else {
      let width = layout.figureX - HeatmapLayout.margin
      picture.marks.append(
        .tip(.init(x: HeatmapLayout.margin, y: y, width: width, height: layout.pitch), tip(first)))
    }
  }

  /// Returns a row in words, with its five largest frames.
  private func tip(_ row: Heatmap.Row) -> String {
    let node = CallGraph.Node(row.function)
    var lines = [
      "\(labels.name(node)), \(labels.place(node))",
      "\(row.isExact ? "" : "at least ")\(Figures.count(row.bytes, "byte")), "
        + "\(Figures.count(row.levels, "level")); largest frames:",
    ]
    for cell in row.cells.sorted(by: { ($1.bytes, $0.depth) < ($0.bytes, $1.depth) }).prefix(5) {
      let place = cell.levels > 1 ? "\(cell.depth)–\(cell.depth + cell.levels - 1)" : "\(cell.depth)"
      lines.append("depth \(place): \(Figures.bytes(cell.bytes)) \(labels.name(cell.node))")
    }
    return lines.joined(separator: "\n")
  }
}
