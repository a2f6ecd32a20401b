import Listing

private enum Verb: Sendable {
  case other, nothing, move, zeroExtend, signExtend, add, subtract, increment, decrement, and, or, xor,
    address
  case compare, test, exchange, prefix, vector, call
  case branch(Condition)
}

private let verbs = MnemonicTable<Verb>(
  [
    (.nothing, "NOPL NOPW NOP nop nopl nopw JMP jmp jmpq RET ret retq retl"),
    (.move, "MOVQ MOVL MOVW MOVB mov movq movl movw movb movabs movabsq"),
    (.zeroExtend, "MOVZX movzx movzbl movzbq"), (.signExtend, "MOVSXD movsxd movslq"),
    (.add, "ADDQ ADDL add addq addl"), (.subtract, "SUBQ SUBL sub subq subl"),
    (.increment, "INCQ INCL inc incq incl"), (.decrement, "DECQ DECL dec decq decl"),
    (.and, "ANDQ ANDL and andq andl"), (.or, "ORQ ORL or orq orl"), (.xor, "XORQ XORL xor xorq xorl"),
    (.address, "LEAQ LEAL lea leaq leal"), (.compare, "CMPQ CMPL CMPW CMPB cmp cmpq cmpl cmpw cmpb"),
    (.test, "TESTQ TESTL TESTW TESTB test testq testl testw testb"), (.call, "CALL call callq calll"),
    (.exchange, "XCHGL XCHGW XCHGQ xchg"), (.prefix, "cs data16"),
    (.vector, "MOVUPS MOVUPD MOVAPS MOVAPD MOVDQU MOVDQA movups movupd movaps movapd movdqu movdqa"),
    (.branch(.equal), "JE JZ je jz"), (.branch(.notEqual), "JNE JNZ jne jnz"),
    (.branch(.less), "JL JNGE jl jnge"), (.branch(.greaterOrEqual), "JGE JNL jge jnl"),
    (.branch(.lessOrEqual), "JLE JNG jle jng"), (.branch(.greater), "JG JNLE jg jnle"),
    (.branch(.below), "JB JC JNAE jb jc jnae"), (.branch(.aboveOrEqual), "JAE JNB JNC jae jnb jnc"),
    (.branch(.belowOrEqual), "JBE JNA jbe jna"), (.branch(.above), "JA JNBE ja jnbe"),
    (.branch(.negative), "JS js"), (.branch(.notNegative), "JNS jns"),
  ], other: .other)

extension X86 {
  /// What one instruction does to numbers.
  static func numberOperation(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> NumberOperation {
    let (verb, end) = verbs.find(text, at: Int(line.mnemonic))
    let found = dialect.operands(text, in: end..<Int(line.end))
    var operation = NumberOperation()
    operation.setsFlags = true
    (operation.source, operation.second, operation.target) = (found.first, found.second, found.last)
    operation.width = width(text, end, found, dialect)
    func binary(_ kind: NumberOperation.Kind) {
      guard found.count == 2 else { return }
      operation.kind = kind
      operation.source = found.first
      operation.second = found.second
    }
    switch verb {
    case .other: break
    case .nothing:
      operation.kind = .nothing
      operation.setsFlags = false
    case .move, .zeroExtend, .signExtend, .address:
      let kind: NumberOperation.Kind =
        switch verb {
        case .signExtend: .signExtend
        case .address: .address
        default: .move
        }
      // Vector registers have numbers of their own: MOVQ X0, AX.
      guard found.count == 2, found.second.kind == .register || kind == .move else { break }
      if case .zeroExtend = verb {
        operation.width = 8
      } else if operation.width < 32, found.second.kind == .register {
        break  // The register's other bits stay.
      }
      binary(kind)
      if case .signExtend = verb { operation.width = 32 }
      operation.setsFlags = false
    case .add: binary(.add)
    case .subtract: binary(.subtract)
    case .and: binary(.and)
    case .or: binary(.or)
    case .xor: binary(.xor)
    case .increment, .decrement:
      guard found.count == 1 else { break }
      operation.kind = .add
      if case .decrement = verb { operation.kind = .subtract }
      operation.source = .constant(1)
      operation.second = found.first
    case .compare, .test:
      guard found.count == 2 else { break }
      // Go prints the left side first; AT&T and, turned round, Intel the right one.
      let isGo = dialect.syntax == .go
      operation.kind = .compare
      if case .test = verb { operation.kind = .test }
      operation.source = isGo ? found.first : found.second
      operation.second = isGo ? found.second : found.first
      operation.target = Operand()
    case .exchange:
      // `xchg %ax,%ax` is a NOP.
      guard found.count == 2, found.first.kind == .register, found.first.register == found.second.register
      else { break }
      operation.kind = .nothing
    case .vector:
      guard found.count == 2 else { break }
      operation.kind = .vector
      operation.reach = 16
      operation.setsFlags = false
      if found.second.kind == .register { operation.target = Operand() }
    case .prefix:
      if text.firstOffset(of: "nop", in: end..<Int(line.end)) != nil { operation.kind = .nothing }
    case .call:
      operation.kind = .call
      operation.target = Operand()
    case .branch(let condition):
      operation.kind = .nothing
      operation.condition = condition
      operation.setsFlags = false
    }
    return operation
  }

  /// The bits that an instruction works on, by its suffix or its registers; the fewer where both say some.
  private static func width(
    _ text: borrowing Span<UInt8>, _ end: Int, _ found: Operands, _ dialect: Dialect
  ) -> UInt8 {
    var width: UInt8 = 64
    for operand in [found.first, found.last] where operand.width > 0 { width = min(width, operand.width) }
    switch text[end - 1] {
    case UInt8(ascii: "L") where dialect.syntax == .go, UInt8(ascii: "l") where dialect.syntax == .att:
      // `SHLL`, `subl`, not `SUBL`'s like `CALL`; those have no width. `CMPL AL, $0xa` compares a byte.
      width = min(width, 32)
    case UInt8(ascii: "W") where dialect.syntax == .go, UInt8(ascii: "w") where dialect.syntax == .att:
      width = min(width, 16)
    case UInt8(ascii: "B") where dialect.syntax == .go:
      width = min(width, 8)
    case UInt8(ascii: "b") where dialect.syntax == .att && !text.has("sub", at: end - 3):
      width = min(width, 8)
    default: break
    }
    return width
  }
}
