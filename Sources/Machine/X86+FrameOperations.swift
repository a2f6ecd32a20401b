import Listing

private enum Spelling: Sendable {
  case other, move, moveByte, moveVector, moveZero, or, xor, call, branch, stop
}

private let spellings = MnemonicTable<Spelling>(
  [
    (.move, "MOVQ MOVL mov movq movl movabs"), (.moveByte, "MOVB movb"),
    (.moveVector, "MOVUPS MOVUPD MOVDQU movups movupd movdqu"),
    (.moveZero, "MOVZX MOVBLZX MOVBQZX movzx movzbl movzbw movzbq"),
    (.or, "ORL ORQ ORB or orl orq orb"), (.xor, "XORL XORQ xor xorl xorq"), (.call, "CALL call callq calll"),
    (.stop, "RET UD2 ret retq retl ud2"),
    (
      .branch,
      "JMP JE JNE JBE JA JB JAE JG JGE JL JLE JS JNS jmp jmpq je jne jbe ja jb jae jg jge jl jle js jns"
    ),
  ], other: .other)

extension X86 {
  /// What a function's instructions do to its frame, in the order of the listing.
  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation] {
    var all: [FrameOperation] = []
    all.reserveCapacity(codeLines)
    /// The register that was zeroed right before, to zero slots: where none is zero always.
    var zero = noRegister
    for i in 0..<codeLines {
      let line = function.lines[i]
      let (kind, end) = spellings.find(text, at: Int(line.mnemonic))
      switch kind {
      case .other:
        zero = noRegister
        continue
      case .branch, .stop:
        zero = noRegister
        all.append(FrameOperation(kind: kind == .stop ? .stop : .branch, line: i))
        continue
      case .move, .moveByte, .moveZero:
        guard dialect.syntax == .go else { break }
        // Most of them have nothing to do with the frame, and what a store has to do with it is its last operand.
        let lineEnd = Int(line.end)
        if text[lineEnd - 1] == UInt8(ascii: ")"), !text.has("(SP)", at: lineEnd - 4) { continue }
      default: break
      }
      let found = dialect.operands(text, in: end..<Int(line.end))
      let from = found.first
      let to = found.last
      switch kind {
      case .other, .branch, .stop: break
      case .call:
        zero = noRegister
        if let call = FrameOperation(call: from, text, dialect, line: i) { all.append(call) }
      case .xor:
        if found.count == 2, to.kind == .register, from.kind == .register, from.register == to.register {
          all.append(FrameOperation(kind: .constant, register: to.register, line: i))
          zero = passesInRegisters ? noRegister : to.register
        }
      case .or:
        zero = noRegister
        guard found.count == 2, from.kind == .immediate, to.kind == .register else { break }
        all.append(FrameOperation(kind: .or, register: to.register, value: from.value, line: i))
      case .moveZero:
        guard found.count == 2, to.kind == .register else { break }
        if zero == to.register { zero = noRegister }
        if isSlot(from) {
          all.append(FrameOperation(kind: .loadByte, slot: from.value, register: to.register, line: i))
        } else {
          all.append(FrameOperation(kind: .clobber, register: to.register, line: i))
        }
      case .moveVector:
        guard found.count == 2, isSlot(to), from.kind == .register else { break }
        for half in stride(from: Int64(0), to: 16, by: Int(word)) {
          all.append(
            FrameOperation(kind: .storeWord, slot: to.value &+ half, register: vectorRegister, line: i))
        }
      case .move, .moveByte:
        guard found.count == 2 else { break }
        if isSlot(to) {
          let isByte = kind == .moveByte || from.width == 8 || to.width == 8
          if from.kind == .immediate {
            guard isByte else { break }
            all.append(FrameOperation(kind: .storeByte, slot: to.value, value: from.value & 0xff, line: i))
          } else if from.kind == .register {
            all.append(
              FrameOperation(
                kind: isByte ? .storeByte : .storeWord, slot: to.value,
                register: !isByte && from.register == zero ? zeroRegister : from.register, line: i))
          }
        } else if to.kind == .register {
          var operation = FrameOperation(kind: .clobber, register: to.register, line: i)
          if zero == to.register { zero = noRegister }
          if isSlot(from) {
            operation.kind = kind == .moveByte || from.width == 8 ? .loadByte : .loadWord
            operation.slot = from.value
          } else if from.kind == .immediate {
            operation.kind = .constant
            operation.value = from.value
            if !passesInRegisters, from.value == 0, from.hasValue { zero = to.register }
          } else if from.kind == .register {
            operation.kind = .copy
            operation.value = Int64(from.register)
          }
          all.append(operation)
        }
      }
    }
    return all
  }

  private static func isSlot(_ operand: Operand) -> Bool {
    operand.register == stackPointer && operand.index == noRegister
      && (operand.kind == .memory || operand.kind == .indirect)
  }
}
