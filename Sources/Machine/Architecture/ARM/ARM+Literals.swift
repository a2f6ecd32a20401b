import ByteText
import Listing

extension ARM {
  /// Moves the words of constants from a function's lines to its `literals`, and drops the branch that the
  /// assembler puts before them where the code ends: `B` to itself (Go `cmd/internal/obj/arm/asm5.go`,
  /// flushpool).
  ///
  /// A word is a constant where an instruction before it loads it, `MOVW 0xd4(R15), R1`: the code goes around
  /// it, and the disassembler's reading of it means nothing. `lacksLiterals` is set where a constant that is
  /// loaded comes after the last line.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect
  ) {
    /// The addresses of the constants that are still to come, in rising order, and how many of them were
    /// passed.
    var pending: [UInt64] = []
    var passed = 0
    /// The address of the next constant, or the highest address.
    var next = UInt64.max
    var kept = 0
    let end = function.lines.last?.address ?? 0
    var all: [InstructionLine] = []
    swap(&all, &function.lines)
    var lines = all.mutableSpan
    for i in lines.indices {
      let line = lines[i]
      if line.address >= next {
        while passed < pending.count, pending[passed] < line.address { passed += 1 }
        next = passed < pending.count ? pending[passed] : .max
      }
      if passed < pending.count, line.address == next {
        if kept > 0, goesNowhere(text, lines[kept - 1], before: line, dialect) { kept -= 1 }
        function.literals.append(line)
        continue
      }
      lines[kept] = line
      kept += 1
      // More constants than are within reach can be pending only where the addresses of the lines do not
      // rise.
      guard pending.count - passed <= Int(reach), let address = loadedLiteral(text, line, dialect) else {
        continue
      }
      var place = pending.count
      while place > passed, pending[place - 1] > address { place -= 1 }
      if place == passed || pending[place - 1] != address { pending.insert(address, at: place) }
      next = pending[passed]
    }
    all.removeLast(all.count - kept)
    swap(&all, &function.lines)
    function.lacksLiterals = pending.last ?? 0 > end
  }

  /// Whether an instruction jumps to itself, directly before a constant.
  private static func goesNowhere(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, before literal: InstructionLine,
    _ dialect: Dialect
  ) -> Bool {
    let at = Int(line.mnemonic)
    guard text[at] | 0x20 == UInt8(ascii: "b"), text[at + 1] <= 0x20, line.address &+ 4 == literal.address,
      let target = target(Code(copy text, FunctionText(), dialect), at + 1..<Int(line.end))
    else { return false }
    return target.address == line.address
  }

  /// Returns the address of the constant that an instruction loads; nil where it loads none.
  private static func loadedLiteral(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> UInt64? {
    let end = Int(line.end)
    var i = Int(line.mnemonic)
    if dialect.syntax == .go {
      // The base register is the fourth digit of the word, and a look at it rules out most lines.
      guard text[i] == UInt8(ascii: "M"), line.raw < 0 || text[Int(line.raw) + 3] == UInt8(ascii: "f") else {
        return nil
      }
      while text[i] > 0x20 { i += 1 }
      guard text.word(at: i) & 0xff_ffff == 0x78_3020 else {
        return text.has(" (R15)", at: i) ? line.address &+ 8 : nil
      }
      let (displacement, behind) = text.hexadecimal(from: i + 3)
      return text.has("(R15),", at: behind) && displacement < reach && displacement & 3 == 0
        ? line.address &+ 8 &+ displacement : nil
    }
    guard text[i] == UInt8(ascii: "l") || text[i] == UInt8(ascii: "v") else { return nil }
    while text[i] > 0x20 { i += 1 }
    guard text.firstOffset(of: "[pc", in: i..<min(i + 9, end)) != nil else { return nil }
    let memory = dialect.operands(text, in: i..<end).first
    guard memory.isMemory, memory.register == instructionPointer, memory.index == noRegister else {
      return nil
    }
    let address = literalAddress(memory, line)
    return address > line.address && memory.value < reach && address & 3 == 0 ? address : nil
  }

  /// The distance that a load reaches, in bytes: the instruction has twelve bits for it.
  private static var reach: UInt64 { 4096 }

  /// Returns the address that is relative to PC, which is two instructions ahead.
  static func literalAddress(_ memory: Operand, _ line: InstructionLine) -> UInt64 {
    line.address &+ 8 &+ UInt64(bitPattern: memory.value)
  }
}
