import ByteText
import Listing
import ProgramModel

/// BP's number.
let basePointer: UInt8 = 5

/// Reads what x86's instructions do to SP, and finds the prologue's split check: a comparison of the stack
/// guard with SP, or with a register that holds SP less part of the frame.
///
/// The other machines use ``StackReader``. Here operands are looked at by their ends first, because most text
/// that is read is amd64's.
struct X86Stack {
  /// The first letter of the name of a register of a whole word.
  private let prefix: UInt8
  private let facts: MachineFacts
  /// Whether the split check may still come.
  private var isOpen = true
  /// A register that holds SP less part of the frame; the amount is nil where the text does not give it.
  private var probe: (register: UInt8, amount: Int64?) = (noRegister, 0)
  /// Whether the frame was subtracted in an instruction of its own: the check is for a huge frame.
  private var isHuge = false
  /// Whether the frame was just reserved, so that the frame pointer may be stored next.
  private var mayStoreFramePointer = false

  /// The split check is among the first so many instructions.
  static let window = 12

  init(prefix: UInt8, _ facts: MachineFacts) { (self.prefix, self.facts) = (prefix, facts) }

  /// Notes that no split check follows any more.
  mutating func close() { isOpen = false }

  private var isStarted: Bool { isOpen && probe.register != noRegister }

  /// Reads a MOV: a copy of SP, a write of SP, or the store of the frame pointer.
  @inline(__always)
  mutating func move(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard sketch.lostStep < 0 else { return }
    if code.isGo, code.text.has(" SP, BP", at: operands.lowerBound), operands.count == 7 {
      if isOpen { probe = (basePointer, 0) }
      return sketch.add(.copySP, line: line, register: basePointer)
    }
    guard
      sourceIsSP(code, operands) || mayStoreFramePointer || destinationIsSP(code, operands)
    else { return }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    if found.last.isSP {
      if found.first.kind == .register {
        sketch.add(.setSP, line: line, register: found.first.register)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
    } else if found.first.isSP, found.second.kind == .register {
      if isOpen { probe = (found.second.register, 0) }
      sketch.add(.copySP, line: line, register: found.second.register)
    } else if mayStoreFramePointer {
      // Before Go 1.21: MOVQ BP, F-8(SP).
      if found.first.kind == .register, found.first.register == basePointer, found.second.kind == .memory,
        found.second.register == stackPointer
      {
        sketch.saveFramePointer(line: line)
      }
      mayStoreFramePointer = false
    }
  }

  /// Reads an ADD or SUB: a move of SP, or the part of the frame in a huge split check.
  ///
  /// - Parameter sign: -1 for SUB.
  @inline(__always)
  mutating func add(
    _ code: Code, _ operands: Range<Int>, sign: Int64, line: Int, _ sketch: inout Sketch
  ) {
    if code.isGo, let amount = constantToSP(code.text, operands), sketch.lostStep < 0 {
      sketch.add(.moveSP, line: line, value: sign &* amount)
      return reserved(sketch)
    }
    guard destinationIsSP(code, operands) || sign < 0 && isStarted else {
      return noteUnread(code, operands, &sketch)
    }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    let amount = found.first
    if found.last.isSP {
      guard sketch.lostStep < 0 else { return }
      if amount.isNumber {
        sketch.add(.moveSP, line: line, value: sign &* amount.value)
      } else if amount.kind == .immediate || sign < 0 && amount.kind != .register {
        sketch.add(.moveSPUnknown, line: line, value: sign)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
      reserved(sketch)
    } else if sign < 0, isStarted, found.second.register == probe.register {
      isHuge = true
      probe.amount = amount.isNumber ? probe.amount.map { $0 &+ amount.value } : nil
    }
  }

  /// Notes what stands behind the operand that SP is, a person's words: they keep it from being read.
  private func noteUnread(_ code: Code, _ operands: Range<Int>, _ sketch: inout Sketch) {
    guard !endsInOperand(code, operands.upperBound),
      code.text.firstOffset(of: code.isGo ? "SP" : "sp", in: operands) != nil,
      code.operands(in: operands).last.kind == .other
    else { return }
    sketch.hasUnread = true
  }

  /// Whether a line ends as most do: in memory, or in a register of two or three letters behind a comma.
  @inline(__always)
  private func endsInOperand(_ code: Code, _ end: Int) -> Bool {
    let text = code.text
    let last = text[end - 1]
    if last == UInt8(ascii: ")") { return true }
    guard code.isGo else { return text[end - 4] == UInt8(ascii: "%") || text[end - 3] == UInt8(ascii: "%") }
    return last < 0x60
      && (text[end - 4] == UInt8(ascii: ",") && text[end - 3] == 0x20
        || text[end - 5] == UInt8(ascii: ",") && text[end - 4] == 0x20)
  }

  /// Notes that SP has moved.
  private mutating func reserved(_ sketch: Sketch) {
    close()
    mayStoreFramePointer = facts.framePointer != nil && !sketch.savesFramePointer
  }

  /// Reads a LEA: a move of SP, or the part of the frame in a big split check.
  @inline(__always)
  mutating func address(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard isOpen || destinationIsSP(code, operands) else { return }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    let source = found.first
    let isFromSP = source.kind == .memory && source.register == stackPointer && source.index == noRegister
    if found.last.isSP {
      guard sketch.lostStep < 0 else { return }
      if isFromSP {
        sketch.add(.moveSP, line: line, value: source.value)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
    } else if isOpen, isFromSP, found.second.kind == .register, source.value < 0 {
      probe = (found.second.register, 0 &- source.value)
    }
  }

  /// Reads a CMP: the split check, if one side is the stack guard.
  @inline(__always)
  mutating func compare(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard isOpen else { return }
    if code.isGo, code.text.has(" SP, 0x10(R14)", at: operands.lowerBound) {
      // This is the most common prologue of all.
      (sketch.splitCheck, sketch.splitLine) = (.small, Int32(line))
      return close()
    }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    let (guardWord, probed) =
      found.first.kind == .memory ? (found.first, found.second) : (found.second, found.first)
    // stackguard0 and stackguard1 of g (runtime/runtime2.go); g is in R14 or CX, or was loaded from TLS.
    guard guardWord.kind == .memory,
      guardWord.value == 2 * facts.word || guardWord.value == 3 * facts.word,
      guardWord.register != stackPointer, probed.kind == .register,
      probed.isSP || isStarted && probed.register == probe.register
    else { return }
    sketch.splitLine = Int32(line)
    if probed.isSP {
      sketch.splitCheck = .small
    } else {
      // The frame is the check's immediate plus StackSmall (128, Go `internal/abi/stack.go`).
      sketch.splitCheck = isHuge ? .huge : .big
      sketch.checkedFrame = probe.amount.map { Int(clamping: $0) &+ 128 }
    }
    close()
  }

  /// Reads a PUSH, which may save the frame pointer.
  @inline(__always)
  mutating func push(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard sketch.lostStep < 0 else { return }
    sketch.add(.moveSP, line: line, value: -facts.word)
    close()
    // On a machine without a frame pointer, PUSHL BP saves an ordinary register.
    guard facts.framePointer != nil, !sketch.savesFramePointer, line < 8 else { return }
    let pushed = code.operands(in: operands).first
    if pushed.kind == .register, pushed.register == basePointer { sketch.saveFramePointer(line: line) }
  }

  // MARK: Text

  /// Whether SP may be the destination, by a look at the end of the operands, which rules out most
  /// instructions.
  @inline(__always)
  func destinationIsSP(_ code: Code, _ range: Range<Int>) -> Bool {
    let text = code.text
    let end = range.upperBound
    switch code.dialect.syntax {
    case .go:
      return text[end - 1] == UInt8(ascii: "P") && text[end - 2] == UInt8(ascii: "S")
        && text[end - 3] == UInt8(ascii: " ")
    case .att:
      if text[end - 1] == UInt8(ascii: "p") {
        return text.has("sp", at: end - 2) && text[end - 3] == prefix && text[end - 4] == UInt8(ascii: "%")
      }
      return text[end - 1] != UInt8(ascii: ")") && text.firstOffset(of: UInt8(ascii: "#"), in: range) != nil
    case .intel, .arm, .risc, .power, .zarch:
      let start = text.skippingBlanks(range)
      return text[start] == prefix && text.has("sp", at: start + 1)
    }
  }

  /// Whether SP may be the source, by a look at that operand's place.
  @inline(__always)
  private func sourceIsSP(_ code: Code, _ range: Range<Int>) -> Bool {
    let text = code.text
    switch code.dialect.syntax {
    case .go: return text.has("SP,", at: range.lowerBound + 1)
    case .att:
      let start = text.skippingBlanks(range)
      return text[start] == UInt8(ascii: "%") && text[start + 1] == prefix && text.has("sp,", at: start + 2)
    case .intel, .arm, .risc, .power, .zarch:
      let end = range.upperBound
      return text.has("sp", at: end - 2) && text[end - 3] == prefix && text[end - 4] == UInt8(ascii: ",")
    }
  }

  /// Reads the constant of Go's ` $0x18, SP` and ` $-0x80, SP`.
  @inline(__always)
  private func constantToSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int64? {
    guard text[range.lowerBound + 1] == UInt8(ascii: "$") else { return nil }
    let isNegative = text[range.lowerBound + 2] == UInt8(ascii: "-")
    let start = range.lowerBound + (isNegative ? 3 : 2)
    guard text[start] == UInt8(ascii: "0"), text[start + 1] == UInt8(ascii: "x") else { return nil }
    let (value, end) = text.hexadecimal(from: start + 2)
    guard text.has(", SP", at: end), end + 4 == range.upperBound, value < 0x8000_0000 else { return nil }
    return isNegative ? 0 &- Int64(value) : Int64(value)
  }
}
