import Listing
import ProgramModel

/// What one instruction does, in the words that prologues, frames and pointers are read by: for machines that compute
/// in registers, so that each instruction is read in one place.
struct Instruction {
  enum Kind: UInt8 {
    /// Writes no register and no memory: a comparison, a barrier.
    case nothing
    /// register = value.
    case constant
    /// register = the address value, with the symbol that is printed for it.
    case address
    /// register = base.
    case copy
    /// register = base + value.
    case add
    /// register = base + other.
    case sum
    /// register = base | value.
    case or
    /// register = `width` bytes at base + other + value.
    case load
    /// `width` bytes at base + other + value = register; = constant where there is no register.
    case store
    /// `width` bytes at base + other + value = something else.
    case overwrite
    /// The words at base + value = register and those with the next numbers, `width` bytes in all.
    case storeMultiple
    /// register = something else; every register where there is none.
    case clobber
    /// Every register and every slot of the frame = something else.
    case clobberAll
    /// Calls symbol, or what a register says.
    case call, indirectCall
    /// Goes on elsewhere, perhaps.
    case branch
    /// Returns, or traps.
    case stop
  }

  var kind: Kind
  var register = noRegister
  var base = noRegister
  var other = noRegister
  var width: Int64 = 8
  var value: Int64 = 0
  /// Of a ``Kind/store`` without a register.
  var constant: Int64 = 0
  /// Of a load or store: base takes the address.
  var isUpdate = false
  var symbol: Range<Int> = 0..<0

  init(_ kind: Kind) { self.kind = kind }

  init(
    _ kind: Kind, _ register: UInt8, base: UInt8 = noRegister, other: UInt8 = noRegister, _ value: Int64 = 0
  ) {
    self.kind = kind
    (self.register, self.base, self.other, self.value) = (register, base, other, value)
  }

  /// A call; without a target it goes where a register says.
  init(call target: Target?) {
    kind = target == nil ? .indirectCall : .call
    symbol = target?.symbol ?? 0..<0
  }

  /// A load, a store or something else with memory; of what is no memory, nothing.
  init(_ kind: Kind, _ register: UInt8, _ memory: Operand, width: Int64) {
    guard memory.isMemory else {
      self.init(.clobberAll)
      return
    }
    self.init(kind, register, base: memory.register, other: memory.index, memory.value)
    self.width = width
  }

  /// The register that it writes; of a load or store that moves its base, not the base.
  var result: UInt8 {
    switch kind {
    case .constant, .address, .copy, .add, .sum, .or, .load, .clobber: register
    default: noRegister
    }
  }
}

/// A machine whose instructions are read into ``Instruction``.
protocol InstructionCode: MachineCode {
  /// What the instruction of a line does.
  static func instruction(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Instruction
}

extension InstructionCode {
  /// Finds how many of the lines are code: zeros pad a function to its alignment.
  static func findCode(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ sketch: inout Sketch
  ) {
    var count = function.lines.count
    while count > 0, function.lines[count - 1].isZero(text) { count -= 1 }
    sketch.codeLines = count
  }

  static func dataOperation(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ i: Int, next: UInt64,
    _ dialect: Dialect
  ) -> DataOperation {
    let instruction = instruction(text, function.lines[i], dialect)
    var operation = DataOperation(instruction, word: word, text)
    if operation.kind == .allocation {
      // Where results are on the stack, that of newobject(type), mallocgc(size, type, needzero) stands behind the
      // arguments.
      let arguments = text.has("runtime.newobject", at: instruction.symbol.lowerBound) ? word : 3 * word
      operation.base = stackPointer
      operation.displacement = Int64(architecture.argumentOffset) + arguments
    }
    return operation
  }

  static func frameOperations(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, _ codeLines: Int
  ) -> [FrameOperation] {
    var reader = FrameReader(word: word)
    for i in 0..<codeLines {
      reader.add(instruction(text, function.lines[i], dialect), line: i, text, dialect)
    }
    return reader.operations
  }
}

extension InstructionLine {
  /// Whether its bytes are zeros, which are no instruction.
  func isZero(_ text: borrowing Span<UInt8>) -> Bool {
    guard raw >= 0, text[Int(raw)] != UInt8(ascii: "-") else {
      // `.long 0x0`
      let instruction = Int(mnemonic)..<Int(end)
      guard text[Int(mnemonic)] == UInt8(ascii: "."), let mark = text.lastOffset(of: "0x", in: instruction)
      else { return false }
      let (value, last) = text.hexadecimal(from: mark + 2)
      return value == 0 && last == Int(end)
    }
    var i = Int(raw)
    while text[i] == UInt8(ascii: "0") || text[i] == UInt8(ascii: " ") { i += 1 }
    return text[i] <= 0x20
  }
}
