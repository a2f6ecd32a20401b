public import ProgramModel

/// The depth of SP along a function, and the slots of its frame that hold pointers, as text and as JSON.
public struct StackMapReporter: Sendable {
  private let program: Program
  private let function: Function
  private let map: StackMap
  private let version: String
  private let options: TextOptions
  private let labels: Labels
  private let page: TextPage

  /// Makes the reporter of a function's map.
  ///
  /// - Parameters:
  ///   - index: the function's index in the program.
  ///   - version: the version of this fathom.
  ///   - options: how the text looks.
  public init(_ map: StackMap, of program: Program, index: Int, version: String, options: TextOptions) {
    self.map = map
    self.program = program
    self.version = version
    self.options = options
    function = program.functions[index]
    labels = Labels(program: program)
    page = TextPage(width: options.width, paint: Paint(isOn: options.isColored))
  }

  // MARK: Text

  /// Writes the text.
  public func writeText(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The text.
  var text: String {
    var out = head
    // The address at which the slots of a map were printed first, for each depth of SP, since offsets are
    // relative to SP.
    var printed: [[Int]: UInt64] = [:]
    for stretch in map.stretches {
      let addresses = stretch.addresses
      let range = "\(Figures.address(addresses.lowerBound))–\(Figures.address(addresses.upperBound))"
      let depth = stretch.depth == 0 ? "" : " − \(Figures.count(stretch.depth))"
      out += "\n" + page.paint(range, .strong) + "  \(place(stretch.lines))  SP at entry\(depth)\n"
      guard let frame = stretch.frame else { continue }
      if let address = printed[[frame, stretch.depth]] {
        out += "  " + page.paint("as at \(Figures.address(address))", .quiet) + "\n"
      } else {
        printed[[frame, stretch.depth]] = addresses.lowerBound
        out += slots(stretch)
      }
    }
    return out
  }

  private var head: String {
    var facts: [String] = []
    if let file = function.file {
      facts.append(labels.place(file, function.line))
    }
    facts.append("frame of \(Figures.count(map.frameBytes, "byte"))")
    facts.append("slots of \(Figures.count(map.wordBytes, "byte"))")
    var out = page.paint(labels.name(function.name), .strong) + "\n"
    out += page.wrapped(facts.joined(separator: " · "), indentation: 0) + "\n"
    out += page.paint(page.wrapped(note, indentation: 0), .quiet) + "\n"
    switch map.place {
    case nil: break
    case .address(let address): out += "\nAt \(Figures.address(address))\n"
    case .line(let line): out += "\nLine \(line)\n"
    }
    return out
  }

  /// The explanation of the slots, or that the function has no pointer maps.
  private var note: String {
    guard map.stretches.contains(where: { $0.frame != nil }) else {
      return "It has no pointer maps, like most assembly: only SP is known."
    }
    return "Pointers are live while a call runs there. Words hold none, or a dead one, or are of a variable "
      + "whose address is taken, which is traced from where that went."
  }

  private func place(_ lines: ClosedRange<Int32>?) -> String {
    guard let file = function.file else { return "no line" }
    guard let lines else { return labels.place(file, nil) }
    return labels.place(file, lines.lowerBound)
      + (lines.count > 1 && function.line != nil ? "–\(lines.upperBound)" : "")
  }

  /// Returns the slots of a stretch, low to high: `locals     0x18(SP) pointer · 0x20(SP) 3 words`.
  private func slots(_ stretch: StackMap.Stretch) -> String {
    let frame = map.frame(of: stretch)
    let rows = [("locals     ", frame.locals), ("arguments  ", frame.arguments)].compactMap { title, slots in
      slots.flatMap { $0.pointers.isEmpty ? nil : (title, runs($0)) }
    }
    if rows.isEmpty { return "  no pointers\n" }
    return rows.reduce("") { $0 + "  " + $1.0 + wrapped($1.1, indentation: 2 + $1.0.count) + "\n" }
  }

  /// Returns the runs of slots of the same kind, each as text.
  private func runs(_ slots: StackMap.Slots) -> [(text: String, isPointer: Bool)] {
    var runs: [(text: String, isPointer: Bool)] = []
    var start = 0
    for i in slots.pointers.indices
    where i + 1 == slots.pointers.count || slots.pointers[i + 1] != slots.pointers[start] {
      let isPointer = slots.pointers[start]
      let offset = slots.offset + start * map.wordBytes
      let sign = offset < 0 ? "-" : ""
      let count = i + 1 - start
      let noun = isPointer ? "pointer" : "word"
      runs.append(
        (
          "\(sign)0x\(String(offset.magnitude, radix: 16))(SP) "
            + (count == 1 ? noun : Figures.count(count, noun)), isPointer
        ))
      start = i + 1
    }
    return runs
  }

  /// Returns the runs in lines that fit, broken between runs and never within one.
  private func wrapped(_ runs: [(text: String, isPointer: Bool)], indentation: Int) -> String {
    var out = ""
    var column = indentation
    for (i, run) in runs.enumerated() {
      let separator = i + 1 < runs.count ? " ·" : ""
      let width = TerminalText.width(run.text + separator)
      if column > indentation, column + 1 + width > options.width {
        out += "\n" + String(repeating: " ", count: indentation)
        column = indentation
      } else if column > indentation {
        out += " "
        column += 1
      }
      out += page.paint(run.text, run.isPointer ? .name : nil) + separator
      column += width
    }
    return out
  }

  // MARK: JSON

  /// Writes the document, schema `fathom.stackmap/1`. Offsets are bytes above the SP of the stretch;
  /// `pointers` has the indices of the slots that hold live ones.
  public func writeJSON(to output: Output) throws(OutputError) {
    let records = RecordWriter(program)
    let header = program.header
    var out = ByteWriter()
    out.object { out in
      out.field("schema", word: "fathom.stackmap/1")
      out.field("fathomVersion", version)
      out.field("input", header.input)
      out.field("goVersion", header.goVersion)
      out.field("os", header.os)
      out.field("arch", header.arch.rawValue)
      out.putNewLine()
      records.name("name", function.name, &out)
      out.field("entry", address: function.entry)
      records.name("file", function.file, &out)
      out.field("frameBytes", map.frameBytes)
      out.field("wordBytes", map.wordBytes)
      out.putNewLine()
      out.list("stretches", map.stretches, isLong: true) { stretch, out in
        let frame = map.frame(of: stretch)
        out.object { out in
          out.field("start", address: stretch.addresses.lowerBound)
          out.field("end", address: stretch.addresses.upperBound)
          out.field("line", stretch.lines?.lowerBound)
          out.field("endLine", stretch.lines?.upperBound)
          out.field("spOffset", stretch.depth)
          out.field("locals") { slots(frame.locals, &$0) }
          out.field("arguments") { slots(frame.arguments, &$0) }
        }
      }
    }
    out.put("\n")
    try out.withSpan(output.write)
  }

  /// Puts the slots of a map, or null.
  private func slots(_ slots: StackMap.Slots?, _ out: inout ByteWriter) {
    guard let slots else { return out.put("null") }
    out.object { out in
      out.field("offset", slots.offset)
      out.field("slots", slots.pointers.count)
      out.list("pointers", slots.pointers.indices.filter { slots.pointers[$0] }) { $1.put(decimal: $0) }
    }
  }
}
