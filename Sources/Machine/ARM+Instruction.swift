import Listing

extension ARM {
  /// One instruction as registers and memory see it, the same whatever the dialect spells.
  struct Instruction {
    enum Verb: Sendable {
      /// Anything else, conditional instructions too: `to` is written, or may be.
      case other
      /// Writes nothing that matters: compares, branches, NOPs.
      case nothing
      /// to = from: a register or a constant.
      case move
      /// to = ~from.
      case not
      case load, loadByte
      case store, storeByte, storeHalf, storeVector
      /// to = second op from.
      case or, add, subtract
      case branch, stop
      /// A call; without a place it goes where a register says.
      case call
      /// Moves SP, and stores.
      case reserve
      /// May have written any register, and memory.
      case clobber
      /// Writes two registers.
      case twoResults
    }

    private enum Spelling: Sendable {
      case known(Verb)
      case word, byte, byteLoad, half, vector, writeback, list, fourOperands
      case gnuStore(Verb)
      case undecoded
    }

    var verb: Verb
    var from = Operand()
    var second = Operand()
    var to = Operand()
    /// Where the operands begin.
    let operands: Int

    private static let goSpellings = MnemonicTable<Spelling>(
      [
        (.word, "MOVW"), (.byte, "MOVB"), (.byteLoad, "MOVBU MOVBS"), (.half, "MOVH"), (.vector, "MOVD MOVF"),
        (.known(.not), "MVN"), (.known(.or), "ORR"), (.known(.add), "ADD"), (.known(.subtract), "SUB"),
        (
          .known(.nothing),
          "CMP CMN TST TEQ CMPD CMPF DMB YIELD NOP " + conditional("CMP CMN TST TEQ", ".", conditions)
        ),
        (.known(.branch), "B BX " + conditional("B", ".", conditions)),
        (.known(.stop), "RET UNDEF"), (.known(.call), "BL BLX " + conditional("BL BLX", ".", conditions)),
        (
          .writeback,
          "MOVW.W MOVW.P MOVB.W MOVB.P MOVBU.W MOVBU.P MOVBS.W MOVBS.P MOVH.W MOVH.P MOVHU.W MOVHU.P MOVHS.W MOVHS.P"
        ),
        (.list, "PUSH POP"), (.fourOperands, "MLA MLS UBFX SBFX"),
        (.known(.twoResults), "UMULL SMULL UMLAL SMLAL UMULL.S SMULL.S"),
        (
          .known(.clobber),
          "STM STMDB STMIB STMDA LDM LDMDB LDMIB LDMDA STREX STREXB STREXH STREXD LDREXD LDRD STRD SVC SWPW"
        ),
        (.undecoded, "?"),
      ], other: .known(.other))

    private static let spellings = MnemonicTable<Spelling>(
      [
        (.known(.move), "mov movw"), (.known(.load), "ldr"), (.known(.loadByte), "ldrb ldrsb"),
        (.gnuStore(.store), "str"), (.gnuStore(.storeByte), "strb"), (.gnuStore(.storeHalf), "strh"),
        (.gnuStore(.storeVector), "vstr"),
        (.known(.not), "mvn"), (.known(.or), "orr"), (.known(.add), "add"), (.known(.subtract), "sub"),
        (
          .known(.nothing),
          "cmp cmn tst teq vcmp.f64 vcmp.f32 vcmpe.f64 vcmpe.f32 dmb yield nop vmrs "
            + conditional("cmp cmn tst teq", "", lowerConditions)
        ),
        (.known(.branch), "b bx " + conditional("b", "", lowerConditions)), (.known(.stop), "udf"),
        (.known(.call), "bl blx " + conditional("bl blx", "", lowerConditions)), (.list, "push pop"),
        (.known(.twoResults), "umull smull umlal smlal"),
        (
          .known(.clobber),
          "stm stmdb stmib stmda stmfd ldm ldmia ldmdb ldmib ldmda ldmfd strex strexb strexh strexd ldrexd ldrd strd"
            + " svc swp mrc mcr @ <unknown> .inst .word"
        ),
      ], other: .known(.other))

    init(_ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect) {
      let isGo = dialect.syntax == .go
      let (spelling, end) = (isGo ? Self.goSpellings : Self.spellings).find(text, at: Int(line.mnemonic))
      operands = end
      verb = .other
      if case .known(let known) = spelling { verb = known }
      if verb == .other, ARM.isNOP(text, at: Int(line.mnemonic)) { verb = .nothing }
      switch verb {
      case .nothing, .stop, .clobber, .twoResults: return
      default: break
      }
      let range = end..<Int(line.end)
      let found = dialect.operands(text, in: range)
      (from, second, to) = (found.first, found.second, found.last)
      if verb == .branch || verb == .call { return }
      switch spelling {
      case .known: if !isGo, text[Int(line.mnemonic)] == UInt8(ascii: "s"), from.isMemory { to = from }
      case .word: verb = to.isMemory ? .store : from.isMemory ? .load : .move
      case .byte: verb = to.isMemory ? .storeByte : .other
      case .byteLoad: verb = from.isMemory ? .loadByte : .other
      case .half: verb = to.isMemory ? .storeHalf : .other
      case .vector: verb = to.isMemory ? .storeVector : .other
      case .gnuStore(let store):
        // GNU's stores come out of the reader as address, register.
        (verb, from, to) = (store, found.last, found.first)
      case .writeback:
        let isStore = to.isMemory
        verb = isStore && to.register == stackPointer ? .reserve : .clobber
      case .list:
        let list = RegisterList(text, range)
        let isPush = text[Int(line.mnemonic) + 1] | 0x20 == UInt8(ascii: "u")
        verb = list.holdsPC && !isPush ? .stop : list.count == 1 && isPush ? .reserve : .clobber
      case .fourOperands: to = Self.lastRegister(text, range, dialect)
      case .undecoded:
        guard let word = line.word(text), let store = Store(word: word) else {
          verb = .clobber
          return
        }
        (verb, from, to) = (.store, store.value, store.memory)
      }
      if to.kind == .register, to.register == instructionPointer {
        verb = .stop
      } else if from.writeback != .none || to.writeback != .none {
        verb = to.isMemory && to.register == stackPointer ? .reserve : .clobber
      }
    }

    /// What stands behind the last comma: Go's objdump prints up to four operands.
    private static func lastRegister(
      _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect
    ) -> Operand {
      guard let comma = text.lastOffset(of: ", ", in: range) else { return Operand() }
      return dialect.operands(text, in: comma + 2..<range.upperBound).first
    }
  }
}
