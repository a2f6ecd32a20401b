import Listing
import ProgramModel

/// Reads what x86's instructions do to SP, and the prologue's test for room: SP, or a register that holds SP less some of
/// the frame, is compared with the guard.
///
/// The other machines have ``StackReader`` for that. Here operands are looked at by their ends first: most text that is
/// read is amd64's.
struct X86Stack<Machine: X86> {
  private var isOpen = true
  /// A register that holds SP less some of the frame; an amount that the text does not give is nil.
  private var probe: (register: UInt8, amount: Int64?) = (noRegister, 0)
  private var isHuge = false
  /// The frame was just reserved; the frame pointer may be stored next.
  private var mayStoreFramePointer = false

  /// The test stands in the first instructions.
  static var window: Int { 12 }

  /// No test comes any more.
  mutating func close() { isOpen = false }

  private var isStarted: Bool { isOpen && probe.register != noRegister }

  @inline(__always)
  mutating func move(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard sketch.lostStep < 0 else { return }
    if code.isGo, code.text.has(" SP, BP", at: operands.lowerBound), operands.count == 7 {
      if isOpen { probe = (basePointer, 0) }
      return sketch.add(.copySP, line: line, register: basePointer)
    }
    guard
      Machine.sourceIsSP(code, operands) || mayStoreFramePointer || Machine.destinationIsSP(code, operands)
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

  /// - Parameter sign: -1 for a difference.
  @inline(__always)
  mutating func add(
    _ code: Code, _ operands: Range<Int>, sign: Int64, line: Int, _ sketch: inout Sketch
  ) {
    if code.isGo, let amount = Machine.constantToSP(code.text, operands), sketch.lostStep < 0 {
      sketch.add(.moveSP, line: line, value: sign &* amount)
      return reserved(sketch)
    }
    guard Machine.destinationIsSP(code, operands) || sign < 0 && isStarted else { return }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    let amount = found.first
    if found.last.isSP {
      guard sketch.lostStep < 0 else { return }
      if amount.isNumber {
        sketch.add(.moveSP, line: line, value: sign &* amount.value)
      } else if amount.kind == .immediate {
        sketch.add(.moveSPUnknown, line: line, value: sign)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
      reserved(sketch)
    } else if sign < 0, isStarted, amount.kind == .immediate, found.second.register == probe.register {
      isHuge = true
      probe.amount = amount.hasValue ? probe.amount.map { $0 &+ amount.value } : nil
    }
  }

  private mutating func reserved(_ sketch: Sketch) {
    close()
    mayStoreFramePointer = Machine.facts.framePointer != nil && !sketch.savesFramePointer
  }

  @inline(__always)
  mutating func address(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard isOpen || Machine.destinationIsSP(code, operands) else { return }
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

  @inline(__always)
  mutating func compare(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard isOpen else { return }
    if code.isGo, code.text.has(" SP, 0x10(R14)", at: operands.lowerBound) {
      // The commonest prologue of all.
      (sketch.splitCheck, sketch.splitLine) = (.small, Int32(line))
      return close()
    }
    let found = code.operands(in: operands)
    guard found.count == 2 else { return }
    let (guardWord, probed) =
      found.first.kind == .memory ? (found.first, found.second) : (found.second, found.first)
    // stackguard0 and stackguard1 of g (runtime/runtime2.go), which is in R14 or CX, or was loaded from TLS.
    guard guardWord.kind == .memory,
      guardWord.value == 2 * Machine.word || guardWord.value == 3 * Machine.word,
      guardWord.register != stackPointer, probed.kind == .register,
      probed.isSP || isStarted && probed.register == probe.register
    else { return }
    sketch.splitLine = Int32(line)
    if probed.isSP {
      sketch.splitCheck = .small
    } else {
      // Its immediate + StackSmall (128, Go `internal/abi/stack.go`) is the frame.
      sketch.splitCheck = isHuge ? .huge : .big
      sketch.checkedFrame = probe.amount.map { Int(clamping: $0) &+ 128 }
    }
    close()
  }

  @inline(__always)
  mutating func push(_ code: Code, _ operands: Range<Int>, line: Int, _ sketch: inout Sketch) {
    guard sketch.lostStep < 0 else { return }
    sketch.add(.moveSP, line: line, value: -Machine.word)
    close()
    // Without a frame pointer PUSHL BP saves a register.
    guard Machine.facts.framePointer != nil, !sketch.savesFramePointer, line < 8 else { return }
    let pushed = code.operands(in: operands).first
    if pushed.kind == .register, pushed.register == basePointer { sketch.saveFramePointer(line: line) }
  }
}
