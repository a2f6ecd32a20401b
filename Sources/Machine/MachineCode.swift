import Listing
import ProgramModel

/// What one architecture's instructions mean. Each is a type of its own, and a case in ``Architecture/code``.
protocol MachineCode {
  /// Whose it is.
  static var architecture: Architecture { get }
  /// The lines of Go's listings that ``read(_:_:_:into:)`` looks at.
  static var goFilter: MnemonicFilter { get }
  /// The length of every instruction in bytes; nil where they differ.
  static var instructionLength: Int? { get }
  /// The register in which Go's code keeps the caller's frame pointer; nil where it keeps none.
  static var framePointer: UInt8? { get }
  /// The register of the first argument and of the first result, where they are in registers (Go `internal/abi`).
  static var firstArgument: UInt8 { get }
  /// Registers that hold no argument: the frame pointer, and the assembler's own.
  static var reserved: Set<Int> { get }
  /// What Go's write barrier changes: the buffer that it returns, and the assembler's own registers
  /// (Go `runtime/asm_*.s`, gcWriteBarrier).
  static var lostInBarrier: Set<UInt8> { get }

  /// Moves constants among a function's lines to its literals.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect)

  /// Reads a function's lines into a sketch.
  static func read(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect,
    into sketch: inout Sketch)

  /// What a function's instructions do to its frame, in the order of the listing.
  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation]

  /// What the instruction of a line does to registers and memory.
  ///
  /// - Parameter next: the address behind it.
  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation

  /// What says where an indirect call or jump goes: a register or memory.
  static func callee(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Operand

  /// What one instruction does to numbers.
  static func numberOperation(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> NumberOperation

  /// What a function's instructions do to registers and slots, in the order of the listing.
  static func valueOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> ValueOperations
}

extension MachineCode {
  /// The bytes of a pointer.
  static var word: Int64 { Int64(architecture.word) }
  /// Arguments and results are in registers; elsewhere they are where SP points to.
  static var passesInRegisters: Bool { architecture.passesInRegisters }

  /// None stand there.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect
  ) {}

  /// Not asked for where ``Architecture/readsValues`` says no.
  static func numberOperation(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> NumberOperation { NumberOperation() }

  /// Not asked for where ``Architecture/readsValues`` says no.
  static func valueOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> ValueOperations { ValueOperations() }

  static func callee(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Operand {
    var start = Int(line.mnemonic)
    while text[start] > 0x20 { start += 1 }
    let found = dialect.operands(text, in: start..<Int(line.end))
    // arm jumps by `ADD $0, R2, R15`, and LLVM prints `jirl $ra, $a0, 0` on loong64.
    return found.first.kind == .immediate ? found.second : found.first
  }
}

extension Architecture {
  /// What its instructions mean.
  var code: any MachineCode.Type {
    switch self {
    case .amd64: AMD64.self
    case .i386: I386.self
    case .arm64: ARM64.self
    case .arm: ARM.self
    case .riscv64: RISCV64.self
    case .loong64: LOONG64.self
    case .ppc64le: PPC64.self
    case .s390x: S390X.self
    }
  }
}

extension FunctionText {
  /// Whether nothing stands between a line and the one before, which a filter may have left out.
  func follows(_ i: Int) -> Bool {
    guard i > 0 else { return false }
    let before = lines[i - 1]
    return before.length == 0 || before.address &+ UInt64(before.length) == lines[i].address
  }
}
