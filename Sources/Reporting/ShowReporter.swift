import CallGraph
public import ProgramModel

/// One function, line by line, as text.
public struct ShowReporter: Sendable {
  private let report: ShowReport
  private let options: TextOptions
  private let labels: Labels
  private let page: TextPage
  private var program: Program { report.program }
  private var function: Function { report.function }

  /// Makes the reporter of a function.
  ///
  /// - Parameter options: how it looks; `top` limits the callers and callees, and 0 is no limit.
  public init(_ report: ShowReport, options: TextOptions) {
    self.report = report
    self.options = options
    labels = Labels(program: report.program)
    page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report.
  var text: String {
    let sections = [head, frame, prologue, defers, atomics, goStatements, calls, callers, depth]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Returns the functions that a NAME may mean, one a line.
  public static func list(_ indices: [Int], of program: Program, limit: Int = 20) -> String {
    let labels = Labels(program: program)
    var lines = indices.prefix(limit).map { index in
      let function = program.functions[index]
      return
        "  \(labels.name(function.name))  \(labels.place(of: function))  \(Figures.address(function.entry))"
    }
    if indices.count > limit { lines.append("  … and \(Figures.count(indices.count - limit)) more") }
    return lines.joined(separator: "\n")
  }

  // MARK: Sections

  private var head: String {
    var lines = [page.paint(labels.name(function.name), .strong)]
    var facts = [program.origin(of: function).label]
    if let package = SymbolName(program.names.string(function.name)).package {
      facts.append("package \(TerminalText.safe(package))")
    }
    if let file = function.file {
      var place = labels.place(file, function.line)
      if let first = function.line, let last = function.endLine, last > first { place += "–\(last)" }
      facts.append(place)
    }
    facts.append("\(Figures.address(function.entry)), \(Figures.count(function.size, "byte")) of code")
    lines.append(page.wrapped(facts.joined(separator: " · "), indentation: 0))
    if let flat = function.flat, let cumulative = function.cumulative {
      lines.append(
        page.wrapped(
          "sampled: \(labels.name(flat)) in its own code, \(labels.name(cumulative)) with what it calls",
          indentation: 0))
    }
    if !function.aliases.isEmpty {
      lines.append(
        page.wrapped(
          "also named " + function.aliases.map(labels.name).joined(separator: ", "), indentation: 0))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The frame and how it was settled; one call takes the frame and whatever the call instruction pushes.
  private var frame: String {
    let frame = function.frame
    let atLeast = frame.uncertain == nil ? "" : "at least "
    let cost = program.callCost(of: function)
    let push = program.header.arch.callPush
    let call =
      push > 0 ? "one call takes \(Figures.count(cost)): CALL pushes \(push)" : "one call takes the same"
    var facts = ["\(atLeast)\(Figures.count(frame.bytes, "byte")); \(call)"]
    switch frame.source {
    case .walk: facts.append("settled by a walk along the code")
    case .check: facts.append("settled by the split check's immediate")
    case .table: facts.append("settled by the linker's table")
    }
    facts.append("split check \(frame.splitCheck.explanation)")
    if let reason = frame.uncertain { facts.append("a lower bound only: \(reason.explanation)") }
    return section("Frame", facts.map { [$0] })
  }

  /// The prologue, each instruction with the depth of SP after it, and what it is for.
  private var prologue: String {
    let instructions = report.prologue
    guard !instructions.isEmpty else { return "" }
    let words = Prologue(frame: function.frame).explanations(
      of: instructions)
    let rows = zip(instructions, words).map { instruction, word in
      let depth = instruction.depth.map { Figures.count($0) } ?? "?"
      return [Figures.address(instruction.address), depth, Self.plain(instruction.text), word]
    }
    return section(
      "Prologue", rows, note: "address, bytes below the SP at entry, instruction", isListing: true)
  }

  /// Returns an instruction's text without comments and without the symbol after a branch's target, which is
  /// this function itself.
  private static func plain(_ text: String) -> String {
    let end = [" <", " //"].compactMap { text.firstRange(of: $0)?.lowerBound }.min()
    return TerminalText.safe(String(text[..<(end ?? text.endIndex)]))
  }

  private var defers: String {
    section(
      "Defers",
      function.deferSites.map { site in
        let what =
          site.looping
          ? site.bound.map { "looping: at most \(Figures.count(Int($0))) times" }
            ?? "looping: each iteration adds to the chain"
          : site.needless ? "needless: registered at most once" : ""
        return [site.kind.label, line(site.location), Figures.address(site.address), what]
      }, withoutLines: function.deferSites.allSatisfy { $0.location == nil })
  }

  private var atomics: String {
    section(
      "Atomics",
      function.atomics.map { site in
        var what: [String] = []
        if site.implicit { what.append("locks without a prefix") }
        if site.inLoop { what.append("in a loop") }
        if !site.callers.isEmpty {
          what.append(
            "inlined at "
              + site.callers.compactMap { $0.call.map { labels.place($0) } }.joined(separator: ", at "))
        }
        return [
          labels.name(site.instruction), line(site.location), Figures.address(site.address),
          what.joined(separator: ", "),
        ]
      }, withoutLines: function.atomics.allSatisfy { $0.location == nil })
  }

  private var goStatements: String {
    section(
      "Go",
      function.goStatements.map { site in
        [
          site.target.map(labels.name) ?? "a function that the text does not settle",
          places([(site.place, site.address)]),
          site.inLoop ? "in a loop" : "",
        ]
      })
  }

  /// The callees, each with the number of its calls and their lines. Morestack is named apart.
  private var calls: String {
    // Nearly every function ends with a call of morestack; the prologue shows when it is called.
    let growing = report.callees.filter { isMorestack($0.target) }
    var rows = report.callees.filter { !isMorestack($0.target) }.map { callee in
      [
        "\(Figures.count(callee.sites.count)) ×",
        labels.name(callee.target) + (callee.kind == .tail ? "  (jump)" : ""),
        places(callee.sites.map { ($0.place, $0.address) }),
      ]
    }
    if !function.indirectCalls.isEmpty {
      rows.append([
        "\(Figures.count(function.indirectCalls.count)) ×", "through a pointer",
        places(function.indirectCalls.map { ($0.place, $0.address) }),
      ])
    }
    let note = growing.first.map {
      "\(rows.isEmpty ? "only" : "and") \(labels.name($0.target)), when the stack is full"
    }
    return section("Calls", rows, note: note, limit: options.top)
  }

  private func isMorestack(_ name: NameID) -> Bool {
    program.names.bytes(of: name).starts(with: "runtime.morestack".utf8)
  }

  private var callers: String {
    let rows = report.callers.map { caller in
      let what =
        switch caller.kind {
        case .call: ""
        case .tail: "jumps here"
        case .go: "go statement"
        }
      let place = labels.place(caller.place, in: caller.function) ?? Figures.address(caller.address)
      return [labels.name(caller.function.name), place, what]
    }
    return section(
      "Callers", rows, note: rows.isEmpty ? "no function calls it by name" : nil, limit: options.top)
  }

  /// The first levels of the worst case of the stack below the function.
  private var depth: String {
    guard let depth = report.depth else { return "" }
    let labels = NodeLabels(depth)
    let node = CallGraph.Node(report.index)
    let path = depth.path(of: node)
    let lead = "\(labels.stack(node)), with all that it calls"
    let limit = 6
    let rows = path.steps.prefix(limit).map {
      [Figures.count($0.bytes), labels.name($0.node), labels.call($0)]
    }
    var out = page.paint("Depth", .strong) + "  " + page.paint(lead, .quiet) + "\n"
    out += TextTable(width: options.width, paint: page.paint, flexible: 1).render(Array(rows))
    if path.steps.count > limit {
      let more = "… \(Figures.count(path.steps.count - limit, "level")) more: fathom depth --function"
      out += "  " + page.paint(more, .quiet) + "\n"
    }
    return out
  }

  // MARK: Lines

  private func line(_ location: SourceLocation?) -> String { location.map { labels.place($0) } ?? "no line" }

  /// Returns the distinct lines of some sites, four at most, or their addresses. Where one of them is in the text of an
  /// inlined function, all have their files, and the first one stands for them.
  private func places(_ sites: [(place: SitePlace, address: UInt64)]) -> String {
    let isInlined = sites.contains { $0.place.file != nil }
    var seen: [String] = []
    for site in sites {
      let line =
        isInlined ? labels.place(site.place, in: function) : site.place.line.map { "\($0)" }
      let text = line ?? Figures.address(site.address)
      if seen.last != text { seen.append(text) }
    }
    let limit = isInlined ? 1 : 4
    let shown = seen.prefix(limit).joined(separator: ", ") + (seen.count > limit ? ", …" : "")
    return !isInlined && sites.contains { $0.place.line != nil } ? "line \(shown)" : shown
  }

  /// Returns a title and rows in columns; empty where there are no rows and no note.
  private func section(
    _ title: String, _ rows: [[String]], note: String? = nil, limit: Int = 0, isListing: Bool = false,
    withoutLines: Bool = false
  ) -> String {
    // Most dialects print no source lines; the second column would be empty then.
    let rows = withoutLines ? rows.map { Array($0[..<1] + $0[2...]) } : rows
    guard !rows.isEmpty || note != nil else { return "" }
    let shown = limit > 0 ? Array(rows.prefix(limit)) : rows
    var out = page.paint(title, .strong)
    if !isListing, limit > 0 || rows.count > 1, rows.first.map({ $0.count > 1 }) ?? false {
      out += "  \(Figures.count(rows.count))"
    }
    if let note { out += "  " + page.paint(note, .quiet) }
    out += "\n"
    let flexible = isListing ? 2 : rows.first?.first?.hasSuffix("×") == true ? 1 : 0
    let widths = columnWidths(shown, flexible)
    for row in shown {
      var line = ""
      for (i, cell) in row.enumerated() {
        let text = i == flexible ? fitted(cell, widths[i], isListing) : cell
        let gap = String(repeating: " ", count: max(0, widths[i] - TerminalText.width(text)))
        let isNumber = text.hasSuffix("×") || (isListing && i == 1)
        line +=
          "  " + (isNumber ? gap + text : i == row.count - 1 && i > 0 ? page.paint(text, .quiet) : text + gap)
      }
      while line.last == " " { line.removeLast() }
      out += line + "\n"
    }
    if shown.count < rows.count {
      out +=
        "  " + page.paint("… \(Figures.count(rows.count - shown.count)) more: --top \(rows.count)", .quiet)
        + "\n"
    }
    return out
  }

  /// Returns a cell that fits. An instruction keeps its beginning, which tells most, and a name its end.
  private func fitted(_ cell: String, _ width: Int, _ isListing: Bool) -> String {
    isListing ? TerminalText.keepingStart(of: cell, width: width) : TextPage.shortened(cell, width)
  }

  /// Returns the widths of the columns. The flexible one gives way when a line is too long.
  private func columnWidths(_ rows: [[String]], _ flexible: Int) -> [Int] {
    guard let first = rows.first else { return [] }
    var widths = first.indices.map { i in rows.map { TerminalText.width($0[i]) }.max() ?? 0 }
    let total = widths.reduce(0) { $0 + $1 + 2 }
    if first.count > 1, total > options.width {
      widths[flexible] = max(16, widths[flexible] - (total - options.width))
    }
    return widths
  }
}
