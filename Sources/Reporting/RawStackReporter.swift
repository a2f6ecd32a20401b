public import Evidence
public import ProgramModel

/// The return addresses on a stack, as text and as records of schema `fathom.crash/1`.
///
/// The text has the chain of calls first, found by frame sizes or by saved frame pointers, then the return
/// addresses that belong to no call of the chain.
public struct RawStackReporter: Sendable {
  private let stack: RawStack
  private let memory: StackWords
  private let program: Program
  private let slide: UInt64
  private var labels: Labels { Labels(program: program) }

  /// Makes the reporter of a stack.
  ///
  /// - Parameters:
  ///   - stack: the return addresses that were found.
  ///   - memory: the words in which they were found.
  ///   - program: the model of the binary.
  ///   - slide: how far the loader moved the binary, in bytes.
  public init(_ stack: RawStack, in memory: StackWords, of program: Program, slide: UInt64) {
    self.stack = stack
    self.memory = memory
    self.program = program
    self.slide = slide
  }

  /// Writes the report as text.
  public func write(to output: Output, options: TextOptions) throws(OutputError) {
    try output.write(Array(text(options).utf8))
  }

  func text(_ options: TextOptions) -> String {
    let page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
    func section(_ title: String, _ lead: String) -> String {
      "\n" + page.paint(title + String(repeating: " ", count: max(1, 9 - title.count)), .strong)
        + page.wrapped(lead) + "\n"
    }
    var lead = "\(Figures.count(stack.words, "word"))"
    if let first = memory.pieces.first { lead += " from \(Figures.address(first.address)) on" }
    lead +=
      "; \(Figures.count(stack.candidates.count)) of them are return addresses in "
      + program.header.inputLabel
    if slide > 0 { lead += ", loaded \(Figures.address(slide)) higher" }
    var out = page.paint(page.wrapped(lead, indentation: 0), .strong) + "\n"
    let chain = stack.chain.isEmpty ? stack.framePointerChain : stack.chain
    if chain.isEmpty {
      out += section("Chain", "none: no frame of these leads to another")
    } else {
      let how =
        switch (stack.chain.isEmpty, stack.framePointerChain.isEmpty) {
        case (false, false):
          "each where the frame before it ends; frame pointers (fp) lead the same way where marked"
        case (false, true): "each where the frame before it ends"
        default: "by the saved frame pointers"
        }
      out += section("Chain", "\(Figures.count(chain.count, "call")), \(how)") + table(chain, options, page)
    }
    let others = stack.candidates.indices.filter { !chain.contains($0) }
    if !others.isEmpty, options.detail != .quiet {
      let more =
        "\(Figures.count(others.count, "word")) no call of the chain needs: earlier calls left them, most likely"
      out += section("Others", more) + table(others, options, page)
    }
    return out
  }

  /// Returns the rows of some candidates, with the calls that were inlined there.
  private func table(_ places: [Int], _ options: TextOptions, _ page: TextPage) -> String {
    let pointers = Set(stack.framePointerChain)
    var rows: [[String]] = []
    for (i, place) in places.enumerated() {
      let candidate = stack.candidates[place]
      let function = program.functions[candidate.function]
      let at = candidate.value &- slide &- function.entry
      var location = candidate.location
      for call in candidate.inlined {
        rows.append([
          "", "inlined", call.function.map { TerminalText.safe(program.names.bytes(of: $0)) } ?? "",
          location.map { labels.place($0) } ?? "", "",
        ])
        location = call.call
      }
      rows.append([
        "\(i + 1)", FrameClass(of: function, in: program).label,
        TerminalText.safe(program.names.bytes(of: function.name)),
        location.map { labels.place($0) } ?? "+\(Figures.address(at))",
        (pointers.contains(place) ? "fp " : "") + Figures.address(candidate.address),
      ])
    }
    var table = TextTable(width: options.width, paint: page.paint, flexible: 2)
    table.right = [0, 4]
    return table.render(rows)
  }

  /// Writes the report as records.
  public func writeRecords(to output: Output, input: String, version: String) throws(OutputError) {
    let names = program.names
    var out = ByteWriter()
    out.object { out in
      out.header(of: "fathom.crash/1", version: version)
      out.field("input", input)
    }
    out.put("\n")
    for (i, candidate) in stack.candidates.enumerated() {
      let function = program.functions[candidate.function]
      out.object { out in
        out.field("record", word: "returnAddress")
        out.field("address", address: candidate.address)
        out.field("value", address: candidate.value)
        out.field("function", function.name, of: names)
        out.field("class", FrameClass(of: function, in: program).rawValue)
        out.field("call", address: candidate.call)
        out.field("callee", candidate.callee, of: names)
        out.field("file", candidate.location?.file, of: names)
        out.field("line", candidate.location?.line)
        out.list("inlined", candidate.inlined.compactMap(\.function)) { $1.value($0, of: names) }
        out.field("chain", stack.chain.firstIndex(of: i).map { $0 + 1 })
        out.field("framePointer", stack.framePointerChain.contains(i))
      }
      out.put("\n")
    }
    out.object { out in
      out.field("record", word: "end")
      out.field("words", stack.words)
      out.field("returnAddresses", stack.candidates.count)
    }
    out.put("\n")
    try out.withSpan(output.write)
  }
}
