import ProgramModel

/// Registers with numbers below 64.
struct RegisterSet: ExpressibleByArrayLiteral, Sendable {
  private var bits: UInt64 = 0

  init(arrayLiteral registers: UInt8...) {
    for register in registers { bits |= 1 << UInt64(register) }
  }

  /// Registers with numbers side by side.
  init(_ registers: ClosedRange<UInt8>...) {
    for register in registers.joined() { bits |= 1 << UInt64(register) }
  }

  var isEmpty: Bool { bits == 0 }
  func contains(_ register: UInt8) -> Bool { register < 64 && bits >> UInt64(register) & 1 == 1 }
}

/// How Go uses an architecture's registers (Go `internal/abi`, `cmd/compile/abi-internal.md`, `cmd/internal/obj/*`).
/// Registers are numbered as ``Operand`` numbers them.
struct MachineFacts: Sendable {
  let architecture: Architecture
  /// The length of every instruction in bytes; nil where they differ.
  var instructionLength: Int?
  /// In which Go's code keeps the caller's frame pointer; nil where it keeps none.
  var framePointer: UInt8?
  /// Of arguments; none where they are on the stack, as code of an older Go has them.
  private(set) var arguments: RegisterSet
  /// Of the first four results.
  let results: (UInt8, UInt8, UInt8, UInt8)
  /// In which a closure's code gets the closure.
  let context: UInt8
  /// What a call leaves as it is besides SP: the frame pointer, and the goroutine.
  var kept: RegisterSet
  /// The frame pointer, and the assembler's own, through which it reaches the frame.
  var reserved: RegisterSet = []
  /// What Go's write barrier changes: the buffer that it returns, and the assembler's own registers
  /// (Go `runtime/asm_*.s`, gcWriteBarrier).
  var lostInBarrier: RegisterSet
  /// In which a call leaves the way back; nil where that is on the stack.
  var linkRegister: UInt8?
  /// An index may be multiplied, which is not followed.
  var scalesIndexes = false
  /// The first byte of a number in memory is its highest.
  var isBigEndian = false

  /// The bytes of a pointer.
  var word: Int64 { Int64(architecture.word) }
  /// Arguments and results are in registers; elsewhere they are where SP points to.
  var passesInRegisters: Bool { !arguments.isEmpty }
  /// Where a call has its first argument on the stack, in bytes above SP.
  var argumentOffset: Int64 { Int64(architecture.argumentOffset) }
  /// What the first argument and the first result are in; where those are on the stack, what the runtime's assembly
  /// returns in.
  var firstResult: UInt8 { results.0 }

  /// Whether a register may be what a call is given.
  func isPassed(_ register: UInt8) -> Bool { register == context || arguments.contains(register) }

  /// The same of code that has its arguments on the stack.
  var onStack: MachineFacts {
    var facts = self
    facts.arguments = []
    return facts
  }
}
