import ProgramModel

/// The listing of `go tool objdump` (Go `cmd/internal/disasm`, Print), Go 1.19 to 1.27:
///
///     TEXT main.main(SB) /src/app/main.go
///       main.go:12<TAB…>0x49a900<TAB…>493b6610<TAB…>CMPQ SP, 0x10(R14)<TAB…>
///       main.go:12<TAB…>0x49a904<TAB…>0f86c0000000<TAB…>JBE 0x49a9ca<TAB…>
///     <empty line>
///
/// With `-S` lines of source stand between, and an instruction begins with its address.
enum GoDialect {
  /// `TEXT name(SB) file`: where the name and the file stand. A symbol's name may hold blanks and `(SB)`
  /// may stand in it, so it ends at the last one. Assembly source (`-S`) has a comma there.
  static func header(_ text: borrowing Span<UInt8>, at offset: Int) -> (name: Range<Int>, file: Range<Int>)? {
    guard text.has("TEXT ", at: offset) else { return nil }
    let end = text.controlCharacter(from: offset)
    guard let mark = text.lastOffset(of: "(SB)", in: offset..<end), mark > offset + 5 else { return nil }
    let tail = mark + 4
    guard tail == end || text[tail] == UInt8(ascii: " ") else { return nil }
    return (offset + 5..<mark, min(tail + 1, end)..<end)
  }

  static func next(
    _ text: borrowing Span<UInt8>, end: Int, position: inout Int, into function: inout FunctionText,
    diagnostics: inout Diagnostics
  ) -> Bool {
    // Before the first header: instructions of a function whose beginning is not there.
    while position < end {
      if text[position] == UInt8(ascii: "T"), let found = header(text, at: position) {
        function.name = found.name
        function.file = found.file
        position = text.newline(from: found.file.upperBound) + 1
        break
      }
      var line = InstructionLine(address: 0, source: -1, raw: -1, mnemonic: 0, end: 0, length: 0)
      let start = position
      switch read(text, &position, &line) {
      case .instruction: diagnostics.orphanInstructions += 1
      case .blank: break
      case .unknown: diagnostics.countUnknown(text, line: start..<min(text.controlCharacter(from: start), end))
      }
      if position >= end { return false }
    }
    if position >= end && function.name.isEmpty { return false }

    var line = InstructionLine(address: 0, source: -1, raw: -1, mnemonic: 0, end: 0, length: 0)
    while position < end {
      let start = position
      if text[start] == UInt8(ascii: "T"), header(text, at: start) != nil { break }
      switch read(text, &position, &line) {
      case .instruction:
        if function.lines.count == FunctionText.lineLimit {
          function.isTooLarge = true
        } else {
          function.lines.append(line)
        }
      case .blank: break
      case .unknown: diagnostics.countUnknown(text, line: start..<min(text.controlCharacter(from: start), end))
      }
    }
    function.entry = function.lines.first?.address ?? 0
    return true
  }

  private enum Line {
    case instruction, blank, unknown
  }

  /// Reads one line and moves behind it.
  @inline(__always)
  private static func read(
    _ text: borrowing Span<UInt8>, _ position: inout Int, _ line: inout InstructionLine
  ) -> Line {
    let tab = UInt8(ascii: "\t")
    let start = position
    var i = start
    if text[i] == UInt8(ascii: " "), text[i + 1] == UInt8(ascii: " ") {
      i += 2
      var source = i
      if text[i] == UInt8(ascii: "0"), text[i + 1] == UInt8(ascii: "x") {
        source = -1
      } else {
        i = text.controlCharacter(from: i)
        while text[i] == tab { i += 1 }
      }
      if text[i] == UInt8(ascii: "0"), text[i + 1] == UInt8(ascii: "x") {
        let (address, afterAddress) = text.hexadecimal(from: i + 2)
        if text[afterAddress] == tab {
          i = afterAddress + 1
          while text[i] == tab { i += 1 }
          let raw = i
          i = text.controlCharacter(from: i)
          let rawLength = i - raw
          if text[i] == tab {
            i += 1
            while text[i] == tab { i += 1 }
            let mnemonic = i
            i = text.controlCharacter(from: i)
            line.address = address
            line.source = Int32(truncatingIfNeeded: source)
            line.raw = Int32(truncatingIfNeeded: raw)
            line.length = UInt8(truncatingIfNeeded: rawLength >> 1)
            line.mnemonic = Int32(truncatingIfNeeded: mnemonic)
            line.end = Int32(truncatingIfNeeded: i)
            while text[i] == tab { i += 1 }
            if text[i] == 0x0a {
              position = i + 1
              return mnemonic < Int(line.end) ? .instruction : .unknown
            }
            position = text.newline(from: i) + 1
            return text[i] == 0x0d && mnemonic < Int(line.end) ? .instruction : .unknown
          }
        }
      }
      position = text.newline(from: start) + 1
      return .unknown
    }
    if text[i] == 0x0a || (text[i] == 0x0d && text[i + 1] == 0x0a) {
      position = text.newline(from: i) + 1
      return .blank
    }
    position = text.newline(from: i) + 1
    return .unknown
  }
}
