import ByteText
public import Listing
import ProgramModel

/// What tells that lines of a function are missing in a text.
extension FunctionModeler {
  /// Whether lines of the prologue are missing, or of what releases the frame: morestack is called and no split check
  /// leads there, a branch goes to a place before the first line, or SP is elsewhere at a return than at entry. Assembly
  /// pops words of its caller's, and where C has symbols for a few functions alone, those between run into each other.
  func lacksBeginning(_ walk: StackWalk.Result, _ code: Code) -> Bool {
    guard sketch.lostStep < 0, !code.isAssembly, code.function.statedFrame == nil else { return false }
    // The first instruction tells where the function begins, and Go's linker puts it on a boundary.
    if dialect.format == .go, !dialect.isObject, !code.function.file.isEmpty,
      code.function.entry % UInt64(dialect.architecture.entryAlignment) != 0
    {
      return true
    }
    let growsStack = sketch.morestackLine >= 0
    return growsStack && sketch.splitLine < 0 || sketch.jumpsBeforeEntry && dialect.disassembler == .go
      || walk.isUnbalanced && (growsStack || dialect.disassembler == .go)
  }

  /// Whether lines are missing in a text without bytes: two instructions are farther apart than the first one can be
  /// long, or a branch leads between two.
  func lacksLines(_ code: Code) -> Bool {
    let lines = code.function.lines
    guard let first = lines.first, first.length == 0, !code.function.isFiltered, sketch.lostStep < 0,
      code.function.statedFrame == nil
    else { return false }
    for i in lines.indices.dropLast() {
      let length = lines[i + 1].address &- lines[i].address
      if length <= 15, !machine.canSpan(Int(length), code, i) { return true }
    }
    return sketch.steps.contains { step in
      guard step.operation == .branch || step.operation == .jump else { return false }
      let target = UInt64(bitPattern: step.value)
      let place = lines.partitioningIndex { $0.address >= target }
      return place == lines.count || lines[place].address != target
    }
  }

  /// Whether a call's or a jump's target cannot be read: a name that breaks off, or with a person's words behind it.
  func lacksTarget(_ code: Code) -> Bool {
    if dialect.isLive { return false }
    let text = code.text
    func operands(_ line: Int32, _ text: borrowing Span<UInt8>) -> Range<Int> {
      let instruction = code.lines[Int(line)]
      var start = Int(instruction.mnemonic)
      while start < Int(instruction.end), text[start] > 0x20 { start += 1 }
      return text.skippingBlanks(start..<Int(instruction.end))..<Int(instruction.end)
    }
    return sketch.indirectCalls.contains { line in
      let range = operands(line, text)
      return text[range.lowerBound] != UInt8(ascii: "*") && code.operands(in: range).last.kind == .other
    }
      || sketch.calls.contains { call in
        call.symbol.isEmpty && text.firstOffset(of: " <", in: operands(call.line, text)) != nil
      }
  }

  /// Whether the line is missing that names another function, whose code then stands in this one: morestack is called
  /// twice, or behind the words that pad a function comes more code, on the boundary where functions begin.
  func holdsAnother(_ code: Code) -> Bool {
    if sketch.growsStackTwice { return true }
    guard machine.facts.linkRegister != nil else {
      return sketch.paddingLine >= 0 && isBehindEnd(Int(sketch.paddingLine), code)
    }
    let lines = code.function.lines
    let alignment = UInt64(dialect.architecture.entryAlignment)
    let unit = dialect.architecture.instructionLengths.unit
    func isEnd(_ i: Int) -> Bool {
      i + 1 < sketch.codeLines && alignment > 4
        && (lines[i].address &+ UInt64(max(Int(lines[i].length), unit))) % alignment == 0
        && machine.isPadding(lines[i], code) && !machine.isPadding(lines[i + 1], code) && isBehindEnd(i, code)
    }
    return code.isGo
      ? sketch.undecodedLines.contains { isEnd(Int($0)) } : lines.indices.contains(where: isEnd)
  }

  /// Whether what stands before a function's padding is an end of code: a jump, a return, a trap, or a call that may not
  /// return. Assembly has such words elsewhere, too.
  private func isBehindEnd(_ padding: Int, _ code: Code) -> Bool {
    var i = padding
    while i > 0, machine.isPadding(code.lines[i], code) || isNOP(i, code) { i -= 1 }
    guard i < padding || !machine.isPadding(code.lines[i], code),
      !code.function.isFiltered || code.function.follows(i + 1)
    else { return false }
    // Behind the call of morestack comes only the jump to the beginning, which is no step.
    return sketch.morestackLine >= 0 && i > Int(sketch.morestackLine)
      || sketch.calls.contains { Int($0.line) == i }
      || sketch.steps.contains { step in
        guard Int(step.line) == i else { return false }
        switch step.operation {
        case .jump, .indirectJump, .returns, .stop: return true
        default: return false
        }
      }
  }

  /// Whether the last lines of a function are missing, although others follow: there is a split check, and no call of
  /// morestack where calls have names, or the last instruction of compiled code leads nowhere else. Assembly may run into
  /// the next function, which begins right behind it.
  func lacksEnd(_ code: Code) -> Bool {
    let function = code.function
    guard function.statedFrame == nil, sketch.lostStep < 0, let last = function.lines.last, !code.isAssembly
    else { return false }
    if sketch.splitLine >= 0, sketch.morestackLine < 0, sketch.calls.allSatisfy({ !$0.symbol.isEmpty }) {
      return true
    }
    if let next = function.nextEntry, last.length > 0, last.address &+ UInt64(last.length) == next {
      return false
    }
    return endsOpen(code)
  }

  /// Whether the function that was modelled last is whole although its text may be cut in the middle of its last line: that
  /// line is a return, one that pads, or a jump with all of its target.
  ///
  /// - Parameter end: where the text ends.
  public func endsWhole(_ text: borrowing Span<UInt8>, _ function: FunctionText, end: Int) -> Bool {
    let code = Code(copy text, function, dialect)
    // Behind the compiler's code come its bytes, and what the linker fills in.
    guard dialect.format != .compiler, let last = code.lines.last,
      (Int(last.end)..<max(Int(last.end), end)).allSatisfy({ text[$0] <= 0x20 })
    else { return false }
    let words = Int(last.mnemonic)..<Int(last.end)
    if machine.isPadding(last, code) {
      // Most stand more than once.
      let before = code.lines.dropLast().last.map { Int($0.mnemonic)..<Int($0.end) }
      return text.has("int3", at: words.lowerBound) || text.has("INT $0x3", at: words.lowerBound)
        || text[words.lowerBound] == UInt8(ascii: "?") || before.map { text.areSame($0, words) } ?? false
    }
    let i = code.lines.count - 1
    let step = sketch.steps.last.flatMap { Int($0.line) == i ? $0.operation : nil }
    let isTailCall = sketch.calls.last.map { Int($0.line) == i } ?? false
    if step == .returns { return true }
    // Behind the call of morestack comes only the jump to the beginning, which is no step.
    return (step == .jump || isTailCall || sketch.morestackLine >= 0 && Int(sketch.morestackLine) == i - 1)
      && endsInTarget(words, code)
  }

  /// Whether a jump ends in a whole name, or in Go's text in the address of a line of the function.
  private func endsInTarget(_ words: Range<Int>, _ code: Code) -> Bool {
    let text = code.text
    let end = words.upperBound
    // delve's names have no end.
    if dialect.format == .delve { return false }
    guard code.isGo else { return text[end - 1] == UInt8(ascii: ">") }
    if text.has("(SB)", at: end - 4) || text.has("(PC)", at: end - 4) { return true }
    guard let start = text.lastOffset(of: " 0x", in: words).map({ $0 + 3 }) else { return false }
    let target = text.hexadecimal(from: start).value
    return code.lines.contains { $0.address == target }
  }

  func endsOpen(_ code: Code) -> Bool {
    let (text, function) = (code.text, code.function)
    if sketch.jumpsBeyondEnd || function.lacksLiterals && function.statedSize == nil && !function.endsInZeros
    {
      return true
    }
    if function.lines.isEmpty { return !function.endsInZeros }
    guard sketch.codeLines > 0, sketch.codeLines == function.lines.count, !function.endsInZeros else {
      return false
    }
    // Data after the last function, as objdump prints the end of a section: `.byte`, `(bad)`.
    let last = text[Int(function.lines[sketch.codeLines - 1].mnemonic)] | 0x20
    guard last >= UInt8(ascii: "a"), last <= UInt8(ascii: "z"), let step = sketch.steps.last else {
      return last >= UInt8(ascii: "a") && last <= UInt8(ascii: "z")
    }
    // The compiler puts a NOP after a call that does not return.
    var end = sketch.codeLines - 1
    while end > 0, isNOP(end, code) { end -= 1 }
    if end < sketch.codeLines - 1, !function.isFiltered || function.follows(end + 1),
      let call = sketch.calls.last, call.line == end, call.kind == .call
    {
      return false
    }
    switch step.operation {
    case .jump, .indirectJump, .returns, .stop: return step.line < end
    default: return true
    }
  }

  private func isNOP(_ i: Int, _ code: Code) -> Bool {
    let (text, at) = (code.text, Int(code.function.lines[i].mnemonic))
    return text.has("NOP", at: at) || text.has("nop", at: at) || text.has("XCHGL AX, AX", at: at)
      || text.has("xchg", at: at) || text.has("HINT", at: at) || text.has("NOOP", at: at)
      || text.has("MOV X0, X0", at: at)
  }
}
