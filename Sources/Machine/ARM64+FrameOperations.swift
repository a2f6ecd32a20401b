import Listing

extension ARM64 {
  private enum Spelling: Sendable {
    case other, move, storeByte, loadByte, storeWord, loadWord, storePair, loadPair, or, add, page, call,
      branch, stop
  }

  private static let spellings = MnemonicTable<Spelling>(
    [
      (.move, "MOVD mov"), (.storeByte, "strb sturb"), (.loadByte, "MOVBU ldrb ldurb"),
      (.storeWord, "str stur"),
      (.loadWord, "ldr ldur"), (.storePair, "STP stp"), (.loadPair, "LDP ldp"), (.or, "ORR orr"),
      (.add, "ADD add"), (.page, "ADRP adrp ADR adr"),
      (.call, "CALL bl blr"), (.stop, "RET ret"),
      (.branch, "JMP b \(goBranches) \(branches)"),
    ], other: .other)
  private static let goStoreByte = MnemonicTable<Bool>([(true, "MOVB")], other: false)

  /// What a function's instructions do to its frame, in the order of the listing.
  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation] {
    var all: [FrameOperation] = []
    /// R27 when it holds SP + an offset: the assembler reaches the slots of large frames through it.
    var base: (register: UInt8, offset: Int64) = (noRegister, 0)
    func slot(_ operand: Operand) -> Int64? {
      guard operand.kind == .memory || operand.kind == .indirect, operand.index == noRegister,
        operand.writeback == .none
      else { return nil }
      if operand.register == stackPointer { return operand.value }
      return operand.register == base.register ? operand.value &+ base.offset : nil
    }
    for i in 0..<codeLines {
      let line = function.lines[i]
      var (kind, end) = spellings.find(text, at: Int(line.mnemonic))
      if kind == .other, goStoreByte.find(text, at: Int(line.mnemonic)).class { kind = .storeByte }
      if kind == .other { continue }
      let found = dialect.operands(text, in: end..<Int(line.end))
      let (from, to) = (found.first, found.last)
      // GNU's stores come out of the reader as address, register.
      let isStore = kind == .storeByte || kind == .storeWord || kind == .storePair
      let isArm = dialect.syntax == .arm
      switch kind {
      case .other: break
      case .call:
        if let call = FrameOperation(call: from, text, dialect, line: i) { all.append(call) }
      case .branch: all.append(FrameOperation(kind: .branch, line: i))
      case .stop: all.append(FrameOperation(kind: .stop, line: i))
      case .or:
        guard found.count == 3, from.kind == .immediate, to.kind == .register else { break }
        let isConstant = found.second.register == zeroRegister
        if !isConstant, found.second.register != to.register {
          all.append(
            FrameOperation(kind: .copy, register: to.register, value: Int64(found.second.register), line: i))
        }
        all.append(
          FrameOperation(
            kind: isConstant ? .constant : .or, register: to.register, value: from.value, line: i))
      case .page:
        if to.register == 27 || from.register == 27 { base = (noRegister, 0) }
      case .add:
        guard found.count == 3, to.kind == .register else { break }
        if to.register == 27 {
          base = found.second.isSP && from.kind == .immediate ? (27, from.value) : (noRegister, 0)
        }
        all.append(FrameOperation(kind: .clobber, register: to.register, line: i))
      case .storeByte, .storeWord, .storePair, .move, .loadByte, .loadWord, .loadPair:
        let (address, value) = isStore && isArm ? (from, to) : (to, from)
        if let slot = slot(address), found.count >= 2 {
          if isStore || kind == .move {
            let isPair = kind == .storePair
            var register = value.kind == .register ? value.register : noRegister
            if isPair, !isArm { register = text.has(" (ZR", at: end) ? zeroRegister : vectorRegister - 1 }
            if isPair, isArm {
              register = found.count == 3 && found.second.register == zeroRegister ? zeroRegister : 1
            }
            let storeKind: FrameOperation.Kind = kind == .storeByte ? .storeByte : .storeWord
            all.append(FrameOperation(kind: storeKind, slot: slot, register: register, line: i))
            if isPair {
              all.append(FrameOperation(kind: storeKind, slot: slot &+ 8, register: register, line: i))
            }
            break
          }
        }
        if let slot = slot(from), to.kind == .register {
          let loadKind: FrameOperation.Kind = kind == .loadByte ? .loadByte : .loadWord
          all.append(FrameOperation(kind: loadKind, slot: slot, register: to.register, line: i))
        } else if kind == .loadPair, let slot = slot(from) {
          all.append(FrameOperation(kind: .loadWord, slot: slot, line: i))
          all.append(FrameOperation(kind: .loadWord, slot: slot &+ 8, line: i))
        } else if kind == .move, to.kind == .register {
          if from.kind == .immediate {
            all.append(FrameOperation(kind: .constant, register: to.register, value: from.value, line: i))
          } else if from.kind == .register {
            all.append(
              FrameOperation(kind: .copy, register: to.register, value: Int64(from.register), line: i))
          } else {
            all.append(FrameOperation(kind: .clobber, register: to.register, line: i))
          }
        } else if to.kind == .register, !isStore {
          all.append(FrameOperation(kind: .clobber, register: to.register, line: i))
        }
      }
    }
    return all
  }
}
