import ProgramModel

/// A set of registers with numbers below 64.
struct RegisterSet: ExpressibleByArrayLiteral, Sendable {
  private var bits: UInt64 = 0

  init(arrayLiteral registers: UInt8...) {
    for register in registers { bits |= 1 << UInt64(register) }
  }

  /// Makes the set of all registers in some ranges of numbers.
  init(_ registers: ClosedRange<UInt8>...) {
    for register in registers.joined() { bits |= 1 << UInt64(register) }
  }

  var isEmpty: Bool { bits == 0 }
  func contains(_ register: UInt8) -> Bool { register < 64 && bits >> UInt64(register) & 1 == 1 }
}

/// How Go uses an architecture's registers (Go `internal/abi`, `cmd/compile/abi-internal.md`,
/// `cmd/internal/obj/*`). Registers are numbered as ``Operand`` numbers them.
struct MachineFacts: Sendable {
  let architecture: Architecture
  /// The register that Go's code uses as the frame pointer; nil where it keeps none.
  var framePointer: UInt8?
  /// The registers that hold arguments; empty where arguments are on the stack, as in the code of an older
  /// Go.
  private(set) var arguments: RegisterSet
  /// The registers of the first four results, in order; where arguments are in registers, of the first four
  /// arguments too.
  let results: SIMD4<UInt8>
  /// The register in which a closure's code receives the closure.
  let context: UInt8
  /// The registers besides SP that a call leaves as they are: the frame pointer, and the goroutine's.
  var kept: RegisterSet
  /// The frame pointer, and the registers that the assembler keeps for itself to reach distant slots of the
  /// frame.
  var reserved: RegisterSet = []
  /// The registers that Go's write barrier changes: the one that returns its buffer, and the assembler's own
  /// (Go `runtime/asm_*.s`, gcWriteBarrier).
  var lostInBarrier: RegisterSet
  /// The register in which a call leaves the return address; nil where the call pushes it on the stack.
  var linkRegister: UInt8?
  /// Whether an index may be multiplied (x86 `(SI)(CX*8)`); such an address is not followed.
  var scalesIndexes = false
  /// Whether a number in memory begins with its highest byte.
  var isBigEndian = false

  /// The length of a function's last instruction in bytes; nil where it depends on the instruction. (Returns
  /// and jumps are not among the long ones that ppc64le has.)
  var instructionLength: Int? { architecture.instructionLengths.unit == 4 ? 4 : nil }
  /// The bytes of a pointer: 8 or 4.
  var word: Int64 { Int64(architecture.word) }
  /// Whether arguments and results are in registers; otherwise they are on the stack, where SP points.
  var passesInRegisters: Bool { !arguments.isEmpty }
  /// Where a call has its first argument on the stack, in bytes above SP.
  var argumentOffset: Int64 { Int64(architecture.argumentOffset) }
  /// The register of the first argument and the first result. Where those are on the stack, it is the one in
  /// which the runtime's assembly returns.
  var firstResult: UInt8 { results[0] }

  /// Whether a call may receive something in this register: an argument, or the closure. A callee whose name
  /// tells how many words it takes, four at most, receives no others.
  func isPassed(_ register: UInt8, words: Int?) -> Bool {
    guard let words else { return register == context || arguments.contains(register) }
    return passesInRegisters && (0..<words).contains { results[$0] == register }
  }

  /// The same facts for code that has its arguments on the stack.
  var onStack: MachineFacts {
    var facts = self
    facts.arguments = []
    return facts
  }
}
