import ByteText
import Listing
import ProgramModel

/// The effects of riscv64's and loong64's instructions on SP, control flow and memory, in Go's and in GNU's
/// and LLVM's spelling. These machines have a link register and no flags, and only loads and stores reach
/// memory.
protocol RISC: MachineCode {
  /// The spellings by Go's mnemonics.
  static var goTable: MnemonicTable<RISCSpelling> { get }
  /// The spellings by GNU's and LLVM's mnemonics.
  static var table: MnemonicTable<RISCSpelling> { get }
  /// The meanings of Go's mnemonics; those with the same meaning are separated by blanks.
  static var goMnemonics: [(RISCSpelling, String)] { get }
  /// A blank and SP's name in Go's spelling, as bytes with the first one lowest; and SP's name with a comma
  /// in GNU's and LLVM's.
  static var goSP: UInt64 { get }
  static var lowerSP: StaticString { get }
  /// The registers in which the assembler puts amounts that are too large for an instruction: the last three
  /// bytes of Go's operands, the first one lowest; and GNU's and LLVM's names with a comma.
  static var goScratch: (UInt64, UInt64) { get }
  static var lowerScratch: [StaticString] { get }
  /// The register into which the prologue loads the stack guard.
  static var guardRegister: UInt8 { get }
  /// The same register in code of an older Go that has its arguments on the stack; nil where no such Go is
  /// read.
  static var guardRegisterOnStack: UInt8? { get }
  /// The text before the symbol in Go's relocations of calls, and of addresses.
  static var callRelocations: [StaticString] { get }
  static var addressRelocations: [StaticString] { get }
  /// Whether a compare-and-swap is compiled twice: as one instruction, and as a load and a conditional store.
  static var repeatsCompareAndSwap: Bool { get }

  /// Returns how far a branch goes, in bytes, whose target Go's objdump prints as a count of instructions;
  /// nil where its word is needed and not printed.
  static func distance(_ text: borrowing Span<UInt8>, _ line: InstructionLine, printed: Int64) -> Int64?

  /// Returns the address from which ``RISCSpelling/page`` counts.
  static func pageBase(_ address: UInt64) -> UInt64

  /// Returns an atomic's name in Go's spelling.
  static func atomicName(_ mnemonic: String) -> String

  /// Recognizes an instruction that Go's objdump prints as `?`, by its word; nil for every other word.
  static func undecoded(_ word: UInt32) -> RISCSpelling?

  /// Whether Go's objdump continues in the middle of an instruction that it does not know.
  static func losesStep(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool
}

extension RISC {
  /// Returns the filter that keeps those lines of Go's listings which ``read(_:into:)`` needs.
  static func filter(stackPointer: String) -> MnemonicFilter {
    let rules = goMnemonics.map { spelling, mnemonics in
      let rule: MnemonicFilter.Rule =
        switch spelling {
        case .memory(8, _), .arithmetic(.add), .arithmetic(.subtract), .arithmetic(.and): .ifStackPointer
        case .memory, .load, .store, .page, .nothing, .clobber, .arithmetic(.xor), .setIf, .zeroExtend,
          .signExtend, .other:
          .never
        default: .always
        }
      return (rule, mnemonics)
    }
    return MnemonicFilter(goTable.coded(rules), stackPointer: stackPointer)
  }

  static func undecoded(_ word: UInt32) -> RISCSpelling? { nil }
  static func losesStep(_ text: borrowing Span<UInt8>, _ line: InstructionLine) -> Bool { false }

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch) {
    let text = code.text
    let isGo = code.isGo
    let table = isGo ? goTable : table
    var stack = StackReader(facts)
    /// The line of the last load that makes a reservation, and of the last store that depends on one.
    var (reservingLine, conditionalLine): (Int?, Int?)
    sketch.codeLines = codeLines(code)
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      let (spelling, end) = table.find(text, line)
      let operands = end..<Int(line.end)
      switch spelling {
      case .nothing, .page, .store, .clobber: break
      case .other, .memory, .load, .move, .arithmetic, .addWord, .upper, .setIf, .zeroExtend, .signExtend:
        var isTest = false
        if case .setIf(.below) = spelling { isTest = i < StackReader.prologue && sketch.splitLine < 0 }
        guard sketch.lostStep < 0,
          isTest || namesSP(text, operands, isGo)
            || spelling.isPartOfAmount(inPrologue: i < StackReader.prologue)
              && namesScratch(text, operands, isGo)
        else { break }
        let instruction = instruction(spelling, code, operands, i)
        stack.add(instruction, code, line: i, &sketch)
        if isTest {
          splitCheck(instruction.source, instruction.second, code, line: i, stack, &sketch)
        }
      case .branch(let condition):
        if case .below? = condition, i < StackReader.prologue, sketch.splitLine < 0 {
          let branch = instruction(spelling, code, operands, i)
          splitCheck(branch.source, branch.second, code, line: i, stack, &sketch)
        }
        // The branch that repeats a conditional store is no loop of the program.
        guard conditionalLine != i - 1 || !code.function.follows(i),
          let target = target(code, operands, i)
        else { break }
        sketch.addJump(target, conditional: true, line: i, code)
      case .call: sketch.call(target(code, operands, i), line: i, text: text)
      case .jump:
        sketch.jump(target(code, operands, i), line: i, code)
      case .return: sketch.returns(line: i)
      case .trap: sketch.stop(line: i)
      case .reserving: reservingLine = i
      case .conditional:
        // Constants between functions may decode as a conditional store, but not as a load and a store.
        guard let reservingLine, i - reservingLine < 16 else { break }
        conditionalLine = i
        sketch.addAtomic(atomicName(text.string(Int(line.mnemonic)..<end)), isExclusive: true, line: i)
      case .atomic: sketch.addAtomic(atomicName(text.string(Int(line.mnemonic)..<end)), line: i)
      case .undecoded: undecoded(code, i, isGo, &sketch)
      }
    }
    if repeatsCompareAndSwap, sketch.atomics.contains(where: { $0.spelling.known.hasPrefix("AMCAS") }) {
      sketch.atomics.removeAll(where: \.isExclusive)
    }
  }

  /// Whether SP may be written or copied, by a look at both ends of the operands, which rules out most
  /// instructions.
  @inline(__always)
  private static func namesSP(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ isGo: Bool) -> Bool {
    let end = range.upperBound
    if isGo {
      return text.word(at: end - 3) & 0xff_ffff == goSP
        || text.word(at: range.lowerBound) & 0xffff_ffff == goSP | 0x2c00_0000
    }
    return text.has(lowerSP, at: text.skippingBlanks(range)) || text.has("sp", at: end - 2)
  }

  /// Whether the operands write a register that may hold an amount for SP.
  @inline(__always)
  private static func namesScratch(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ isGo: Bool) -> Bool {
    if isGo {
      let last = text.word(at: range.upperBound - 3) & 0xff_ffff
      return last == goScratch.0 || last == goScratch.1
    }
    let start = text.skippingBlanks(range)
    return lowerScratch.contains { text.has($0, at: start) }
  }

  /// Notes the prologue's split check: the stack guard against SP, or against SP less part of the frame,
  /// `BLTU X6, X7`, `SGTU R24, R20`.
  private static func splitCheck(
    _ lesser: Operand, _ greater: Operand, _ code: Code, line: Int, _ stack: StackReader,
    _ sketch: inout Sketch
  ) {
    guard lesser.kind == .register, greater.kind == .register,
      lesser.register == guardRegister || lesser.register == guardRegisterOnStack
    else { return }
    stack.compare(greater.register, lesser.register, code, line: line, &sketch)
    if sketch.splitLine >= 0, lesser.register != guardRegister { sketch.passing = .onStack }
  }

  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool {
    let (text, at) = (code.text, Int(line.mnemonic))
    return line.isZero(text) || line.raw < 0 && (text.has("unimp", at: at) || text.has("break\t0", at: at))
  }

  // MARK: Flow

  /// Returns the target of a call, jump or branch; nil when a register gives the address.
  static func target(_ code: Code, _ range: Range<Int>, _ i: Int) -> Target? {
    if code.isGo, let target = goTarget(code, range, code.lines[i]) { return target }
    return operandTarget(code, range, i)
  }

  /// Returns the target that the operands give. Most of Go's targets are found without it, and room for operands
  /// on the stack has its price.
  @inline(never)
  private static func operandTarget(_ code: Code, _ range: Range<Int>, _ i: Int) -> Target? {
    let text = code.text
    let line = code.lines[i]
    var range = range
    // `jr t6 # 85220 <main.f>`, and LLVM's `jr t6 <main.f>`.
    if !code.isGo, text.has("jr\t", at: Int(line.mnemonic)),
      let blank = text.firstOffset(of: 0x20, in: range)
    {
      range = range.lowerBound..<blank
    }
    let operands = code.operands(in: range)
    let operand = code.isGo ? operands.last : operands.first
    switch operand.kind {
    case .place:
      // LLVM prints the distance on loong64.
      let base = operand.register == instructionPointer ? line.address : 0
      return Target(
        address: operand.hasValue ? base &+ UInt64(bitPattern: operand.value) : UInt64.max,
        symbol: operand.symbol)
    // Go's objdump prints the distance of a compressed jump; GNU and LLVM print the address where no symbol
    // is near.
    case .immediate where !text.has("jirl", at: Int(line.mnemonic)):
      let base = code.isGo ? line.address : 0
      return Target(address: base &+ UInt64(bitPattern: operand.value))
    case .memory, .indirect, .register:
      // `AUIPC $2162, X31; JMP -1616(X31)`, or `JMP (X31)`: this is one of the linker's trampolines.
      guard code.function.follows(i),
        case .page = (code.isGo ? goTable : table).find(
          text, at: Int(code.lines[i - 1].mnemonic)
        ).class,
        case let page = instruction(code, i - 1), page.kind == .address,
        page.source.kind == .place, page.source.hasValue,
        page.target.register == operand.register
      else { return nil }
      return Target(
        address: UInt64(bitPattern: page.source.value &+ (operand.kind == .memory ? operand.value : 0)))
    default: return nil
    }
  }

  /// Returns the target that Go's objdump prints last, as a name or as a count of instructions, or that a
  /// relocation names: `CALL main.f(SB)`, `JAL X5, main.f(SB)`, `BLTU X6, X2, 4(PC)`.
  private static func goTarget(_ code: Code, _ range: Range<Int>, _ line: InstructionLine) -> Target? {
    if let target = Target.named(code, range, callRelocations) { return target }
    let text = code.text
    guard let count = Target.count(text, before: range.upperBound),
      let distance = distance(text, line, printed: count)
    else { return nil }
    return Target(address: line.address &+ UInt64(bitPattern: distance))
  }

  // MARK: Atomics

  /// Handles an instruction that the disassembler did not decode.
  private static func undecoded(_ code: Code, _ i: Int, _ isGo: Bool, _ sketch: inout Sketch) {
    let line = code.lines[i]
    if isGo, let word = line.word(code.text), undecoded(word) != nil { return }
    sketch.addUndecoded(i)
    if isGo {
      if sketch.lostStep < 0, losesStep(code.text, line) { sketch.lostStep = Int32(i) }
    } else if i + 1 < code.lines.count, code.lines[i + 1].address &- line.address == 2 {
      // Without `--mattr=+c` LLVM does not know compressed instructions, so the one that reserves the frame
      // may be among them.
      sketch.add(.moveSPUnknown, line: i, value: -1)
    }
  }
}
