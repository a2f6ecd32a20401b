import Listing
import ProgramModel

/// arm (32 bits): what its instructions do to SP, to the flow and to memory, in Go's and in GNU's and LLVM's spelling.
///
/// A Go prologue (`cmd/internal/obj/arm/obj5.go`, stacksplit and preprocess); F is a multiple of 4:
///
///     small  MOVW 8(R10), R1; CMP R1, R13; B.LS                          F <= 128
///     big    …; SUB $(F-128), R13, R2; CMP R1, R2; B.LS                  F <= 4096
///     huge   …; MOVW $(F-128), R11; SUB.S R11, R13, R2; CMP.CS R1, R2; B.LS
///            MOVW.W R14, -F(R13), which objdump prints as PUSH [R14] where F is 4
///            MOVW n(R15), R11; `?`, which is MOVW.W R14, (R13)(R11)      F > 4095: the constant is a literal
///
/// and a function returns by `RET #F`, `POP [R15]`, `MOVW.P (R13)(R11), R15`, without a frame by `ADD $0, R14, R15`.
enum ARM: MachineCode {
  static let architecture = Architecture.arm
  static let goFilter = MnemonicFilter.none
  static let instructionLength: Int? = 4
  static let framePointer: UInt8? = nil
  static let firstArgument: UInt8 = 0
  static let reserved: Set = [10, assemblerRegister]
  /// Of the registers of the code around it only LR, which every call writes, and R8, its argument and result.
  static let lostInBarrier: Set<UInt8> = [8, 14]

  /// R11, in which the assembler puts constants that no instruction holds (REGTMP).
  static let assemblerRegister = 11
  /// The register that BL leaves the way back in.
  static let linkRegister: UInt8 = 14

  enum Class: UInt8, Sendable {
    case other, move, not, moveTop, transfer, push, pop, multiple, add, sub, setsSP, conditional, compare,
      call,
      jump, branch, stop, exclusive, undecoded
  }

  static let conditions = "EQ NE CS CC MI PL VS VC HI LS GE LT GT LE".split(separator: " ").map(String.init)

  /// Each name with each condition behind it.
  static func conditional(_ names: String, _ separator: String, _ conditions: [String]) -> String {
    names.split(separator: " ").flatMap { name in conditions.map { name + separator + $0 } }
      .joined(separator: " ")
  }

  private static let goTable = MnemonicTable<Class>(
    [
      (.move, "MOVW"), (.not, "MVN"), (.moveTop, "MOVT"),
      (.transfer, "MOVW.W MOVW.P MOVB.W MOVB.P MOVBU.W MOVBU.P MOVH.W MOVH.P MOVHU.W MOVHU.P"),
      (.push, "PUSH"), (.pop, "POP"), (.multiple, "STM STMDB STMIB STMDA LDM LDMDB LDMIB LDMDA"),
      (.add, "ADD ADD.S"), (.sub, "SUB SUB.S"), (.setsSP, "BIC AND ORR"),
      (.conditional, conditional("MOVW ADD SUB", ".", conditions)), (.compare, "CMP CMP.CS"),
      (.call, "BL BLX " + conditional("BL BLX", ".", conditions)), (.jump, "B BX"),
      (.branch, conditional("B", ".", conditions)), (.stop, "RET UNDEF BKPT"),
      (.exclusive, "STREX STREXB STREXH STREXD"), (.undecoded, "?"),
    ], other: .other)

  private static let table = MnemonicTable<Class>(
    [
      (.move, "mov movw ldr"), (.not, "mvn"), (.moveTop, "movt"),
      (.transfer, "str strb strh strd ldrb ldrh ldrd"),
      (.push, "push vpush"), (.pop, "pop vpop"),
      (.multiple, "stm stmdb stmib stmda stmfd ldm ldmia ldmdb ldmib ldmda ldmfd"),
      (.add, "add adds"), (.sub, "sub subs"), (.setsSP, "bic and orr"),
      (.conditional, conditional("mov ldr add sub", "", lowerConditions)), (.compare, "cmp cmpcs cmphs"),
      (.call, "bl blx " + conditional("bl blx", "", lowerConditions)), (.jump, "b bx"),
      (.branch, conditional("b", "", lowerConditions)), (.stop, "udf bkpt"),
      (.exclusive, "strex strexb strexh strexd stlex stlexb stlexh stlexd"),
      // GNU's comment alone: `@ <UNDEFINED> instruction: 0xf7fabcfd`.
      (.undecoded, "@ <unknown> .inst .word"),
    ], other: .other)

  /// LLVM says `lo` and `hs` for `cc` and `cs`.
  static let lowerConditions = conditions.map { $0.lowercased() } + ["lo", "hs"]

  /// Reads a function's lines into a sketch.
  static func read(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect,
    into sketch: inout Sketch
  ) {
    let isGo = dialect.syntax == .go
    let table = isGo ? goTable : table
    var prologue = Prologue()
    var exclusiveLine = -10
    sketch.codeLines = codeLines(text, function)
    for i in 0..<sketch.codeLines {
      let line = function.lines[i]
      let (kind, end) = table.find(text, at: Int(line.mnemonic))
      if kind == .other { continue }
      let operands = end..<Int(line.end)
      switch kind {
      case .other: break
      case .move:
        guard isGo ? namesSpecial(text, last: operands) : namesSpecial(text, first: operands) else { break }
        let found = dialect.operands(text, in: operands)
        guard found.count == 2 else { break }
        move(found.first, found.last, i, text, function, &prologue, &sketch)
      case .not, .moveTop:
        let found = dialect.operands(text, in: operands)
        guard found.first.kind == .immediate, found.last.kind == .register else { break }
        if kind == .not {
          prologue.constant = Constant(found.last.register, ~found.first.value, i)
        } else if let low = prologue.constant.value(of: found.last.register, at: i) {
          let high = Int64(truncatingIfNeeded: found.first.value) << 16
          prologue.constant = Constant(found.last.register, Int64(Int32(truncatingIfNeeded: low | high)), i)
        }
      case .transfer:
        guard isGo || movesSP(text, operands) else { break }
        let found = dialect.operands(text, in: operands)
        var memory = found.first.isMemory ? found.first : found.last
        if isGo { memory.writeback = text[end - 1] == UInt8(ascii: "W") ? .before : .after }
        let target = found.last.kind == .register ? found.last : Operand()
        transfer(memory, to: target, i, prologue, &sketch)
      case .push, .pop, .multiple:
        guard kind != .multiple || namesMovingSP(text, operands) else { break }
        let isPush =
          kind == .push || kind == .multiple && text[Int(line.mnemonic)] | 0x20 == UInt8(ascii: "s")
        multiple(RegisterList(text, operands), isPush: isPush, line: i, &sketch)
      case .add, .sub:
        addition(kind == .add ? 1 : -1, text, operands, i, dialect, &prologue, &sketch)
      case .setsSP, .conditional:
        guard
          isGo ? text.has("R13", at: operands.upperBound - 3) : text.has("sp,", at: operands.lowerBound + 1)
        else { break }
        sketch.add(.opaqueSP, line: i)
      case .compare:
        guard sketch.splitLine < 0, i < 12 else { break }
        compare(dialect.operands(text, in: operands), i, prologue, &sketch)
      case .call:
        sketch.call(target(text, operands, dialect), line: i, text: text)
      case .jump:
        let target = target(text, operands, dialect)
        if target == nil, dialect.operands(text, in: operands).last.register == linkRegister {
          sketch.stop(line: i)
        } else {
          sketch.jump(target, line: i, function: function, text: text)
        }
      case .branch:
        guard let target = target(text, operands, dialect) else { break }
        // The branch that repeats an exclusive store is no loop of the program.
        if i - exclusiveLine <= 3, target.address <= function.lines[exclusiveLine].address,
          target.address >= function.entry
        {
          break
        }
        sketch.addJump(target, conditional: true, line: i, function: function, text: text)
      case .stop: sketch.stop(line: i)
      case .exclusive:
        exclusiveLine = i
        var name = ""
        for k in Int(line.mnemonic)..<end { name.unicodeScalars.append(UnicodeScalar(text[k] & 0xdf)) }
        sketch.addAtomic(name, line: i)
      case .undecoded:
        let word = line.word(text)
        if word == undefined {
          sketch.stop(line: i)
        } else if let word, isGo, let store = Store(word: word) {
          transfer(store.memory, to: Operand(), i, prologue, &sketch)
        } else {
          sketch.addUndecoded(i)
        }
      }
    }
  }

  /// Go's UNDEF (`cmd/internal/obj/arm/asm5.go`): what must not be reached.
  private static let undefined: UInt32 = 0xf7fa_bcfd

  // MARK: SP

  /// A constant that the assembler puts in a register for the instruction behind.
  struct Constant {
    private var register = noRegister
    private var value: Int64 = 0
    private var line = -10

    init() {}

    init(_ register: UInt8, _ value: Int64, _ line: Int) {
      (self.register, self.value, self.line) = (register, value, line)
    }

    func value(of register: UInt8, at line: Int) -> Int64? {
      register == self.register && line - self.line <= 2 ? value : nil
    }
  }

  /// What the prologue's test for room has come to.
  private struct Prologue {
    var constant = Constant()
    /// A register that holds SP less some of the frame, to be compared with the guard.
    var probe: (register: UInt8, amount: Int64, isHuge: Bool)?
  }

  private static func move(
    _ from: Operand, _ to: Operand, _ line: Int, _ text: borrowing Span<UInt8>,
    _ function: borrowing FunctionText, _ prologue: inout Prologue, _ sketch: inout Sketch
  ) {
    if from.writeback != .none { return transfer(from, to: to, line, prologue, &sketch) }
    guard to.kind == .register else { return }
    if to.isSP {
      if from.kind == .register {
        sketch.add(.setSP, line: line, register: from.register)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
    } else if to.register == instructionPointer {
      if from.kind == .register, from.register == linkRegister {
        sketch.stop(line: line)
      } else {
        sketch.jump(nil, line: line, function: function, text: text)
      }
    } else if from.isSP {
      sketch.add(.copySP, line: line, register: to.register)
    } else if from.kind == .immediate, from.hasValue {
      prologue.constant = Constant(to.register, from.value, line)
    } else if from.isMemory, from.register == instructionPointer, from.index == noRegister {
      let literal = literal(text, function, at: literalAddress(from, function.lines[line]))
      prologue.constant = literal.map { Constant(to.register, $0, line) } ?? Constant()
    }
  }

  /// A load or store that moves SP.
  private static func transfer(
    _ memory: Operand, to target: Operand, _ line: Int, _ prologue: Prologue, _ sketch: inout Sketch
  ) {
    guard memory.register == stackPointer, memory.writeback != .none else { return }
    if target.kind == .register, target.register == instructionPointer { return sketch.stop(line: line) }
    if memory.index == noRegister {
      sketch.add(.moveSP, line: line, value: memory.value)
    } else if let amount = prologue.constant.value(of: memory.index, at: line) {
      sketch.add(.moveSP, line: line, value: amount)
    } else {
      sketch.add(.moveSPUnknown, line: line, value: memory.writeback == .before ? -1 : 1)
    }
  }

  /// `PUSH [R4-R11]`. One register is what `MOVW.W R14, -4(R13)` looks like; of more the assembler keeps no account, so
  /// the linker's table has them not: unless LR is among them, as C's compilers do.
  private static func multiple(_ list: RegisterList, isPush: Bool, line: Int, _ sketch: inout Sketch) {
    if !isPush, list.holdsPC { return sketch.stop(line: line) }
    if isPush, list.count > 1, !list.holdsLR { sketch.add(.opaqueSP, line: line) }
    sketch.add(.moveSP, line: line, value: isPush ? -list.bytes : list.bytes)
  }

  /// A write to SP, a step of the prologue's test, a jump to where a register says.
  private static func addition(
    _ sign: Int64, _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ line: Int, _ dialect: Dialect,
    _ prologue: inout Prologue, _ sketch: inout Sketch
  ) {
    let isProbing = line < 12 && sketch.splitLine < 0
    let isSpecial =
      dialect.syntax == .go ? namesSpecial(text, last: range) : namesSpecial(text, first: range)
    guard isSpecial || isProbing else { return }
    let found = dialect.operands(text, in: range)
    guard found.count >= 2, found.last.kind == .register else { return }
    let (operand, target) = (found.first, found.last)
    let source = found.count == 3 ? found.second : target
    if target.register == instructionPointer {
      if source.register == linkRegister || operand.register == linkRegister {
        sketch.stop(line: line)
      } else {
        sketch.add(.indirectJump, line: line)
        sketch.jumpsIndirectly = true
      }
      return
    }
    var amount: Int64?
    if operand.kind == .immediate, operand.hasValue {
      amount = sign &* operand.value
    } else if operand.kind == .register, let value = prologue.constant.value(of: operand.register, at: line) {
      amount = sign &* value
    }
    if target.isSP {
      if source.isSP, let amount {
        sketch.add(.moveSP, line: line, value: amount)
      } else if source.isSP {
        sketch.add(.moveSPUnknown, line: line, value: sign)
      } else {
        sketch.add(.opaqueSP, line: line)
      }
    } else if isProbing, source.isSP, let amount, amount < 0 {
      prologue.probe = (target.register, 0 &- amount, setsFlags(text, range))
    } else if isProbing, let held = prologue.probe, held.register == target.register,
      source.register == target.register, let amount
    {
      // A second part of a constant too large for one instruction.
      prologue.probe = (held.register, held.amount &- amount, held.isHuge || setsFlags(text, range))
    }
  }

  /// Whether the mnemonic before the operands is `SUB.S` or `subs`.
  private static func setsFlags(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    text[range.lowerBound - 1] | 0x20 == UInt8(ascii: "s")
  }

  private static func compare(
    _ found: Operands, _ line: Int, _ prologue: Prologue, _ sketch: inout Sketch
  ) {
    guard found.count == 2, found.first.kind == .register, found.second.kind == .register else { return }
    if found.second.isSP {
      (sketch.splitCheck, sketch.splitLine) = (.small, Int32(line))
    } else if let held = prologue.probe, found.second.register == held.register {
      sketch.splitLine = Int32(line)
      sketch.splitCheck = held.isHuge ? .huge : .big
      sketch.checkedFrame = Int(clamping: held.amount) &+ 128
    }
  }

  // MARK: Text

  /// Whether Go's last operand is SP, PC or the assembler's register, or the first one SP.
  @inline(__always)
  private static func namesSpecial(_ text: borrowing Span<UInt8>, last range: Range<Int>) -> Bool {
    let last = text[range.upperBound - 1]
    return text.has("R1", at: range.upperBound - 3)
      && (last == UInt8(ascii: "3") || last == UInt8(ascii: "5") || last == UInt8(ascii: "1"))
      || text.has("R13,", at: range.lowerBound + 1)
  }

  /// Whether GNU's first operand is SP, PC or the assembler's register, or the last one SP or what SP points to.
  @inline(__always)
  private static func namesSpecial(_ text: borrowing Span<UInt8>, first range: Range<Int>) -> Bool {
    let start = range.lowerBound + 1
    switch text[start] {
    case UInt8(ascii: "s"), UInt8(ascii: "p"), UInt8(ascii: "f"): return true
    case UInt8(ascii: "r") where text.has("11,", at: start + 1): return true
    default: return text.has("sp", at: range.upperBound - 2) || movesSP(text, range)
    }
  }

  /// `[sp], #4`, `[sp, #-4]!`.
  private static func movesSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let start = text.firstOffset(of: "[sp", in: range),
      let close = text.firstOffset(of: UInt8(ascii: "]"), in: start..<range.upperBound)
    else { return false }
    return text[close + 1] == UInt8(ascii: "!") || text[close + 1] == UInt8(ascii: ",")
  }

  /// `STMDB [R14], SP!`, `stmdb sp!, {lr}`.
  private static func namesMovingSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    text.firstOffset(of: "SP!", in: range) != nil || text.firstOffset(of: "sp!", in: range) != nil
  }

  /// How many of the lines are code: words of zero behind it are NOPs that nothing leads to, and padding.
  private static func codeLines(_ text: borrowing Span<UInt8>, _ function: borrowing FunctionText) -> Int {
    var count = function.lines.count
    while count > 0 {
      let line = function.lines[count - 1]
      guard isNOP(text, at: Int(line.mnemonic)) || line.word(text) == 0 else { break }
      count -= 1
    }
    return count
  }

  /// The assembler's NOP, a word of zero.
  static func isNOP(_ text: borrowing Span<UInt8>, at offset: Int) -> Bool {
    text.has("AND.EQ R0, R0, R0", at: offset) || text.has("andeq\tr0, r0, r0", at: offset)
  }

  /// Where a call, jump or branch goes; nil when a register says it.
  static func target(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect
  ) -> Target? {
    if dialect.syntax == .go {
      if let symbol = Relocation.symbol(text, behind: range.upperBound, ["]R_CALLARM:"]) {
        return Target(symbol: symbol)
      }
      if text.has("(SB)", at: range.upperBound - 4) {
        return Target(symbol: GoOperand.symbol(text, range.lowerBound + 1..<range.upperBound - 4))
      }
    }
    let operand = dialect.operands(text, in: range).first
    guard operand.kind == .place, operand.hasValue else { return nil }
    return Target(address: UInt64(bitPattern: operand.value), symbol: dialect.plain(operand.symbol, text))
  }
}
