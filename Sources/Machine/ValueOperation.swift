import Listing

/// What an instruction does to registers and to the frame's slots, as far as addresses are followed.
struct ValueOperation {
  enum Kind: UInt8 {
    /// register = base.
    case copy
    /// register = amount.
    case constant
    /// register = base + amount.
    case address
    /// register = base ± other, by amount's sign.
    case sum
    /// register = the address amount.
    case globalAddress
    /// register = the address of symbol number amount.
    case globalSymbol
    /// register = the word at base + amount.
    case load
    /// The word at base + amount = register.
    case store
    /// The word at base + amount = something else, and as many bytes behind it as `other` says.
    case overwrite
    /// As `overwrite`; an atomic, which is no work of the function's own.
    case atomic
    /// register = something else.
    case clobber
    /// A call, or what may change every register.
    case call
  }

  var kind: Kind
  var register: UInt8 = noRegister
  var base: UInt8 = noRegister
  var other: UInt8 = 0
  var amount: Int64 = 0
  var line: Int32
}

/// The operations of a function's instructions, and the globals' names that they refer to.
struct ValueOperations {
  var all: [ValueOperation] = []
  private var symbols: [Range<Int>] = []
  /// Places in ``symbols`` by a hash of their text.
  private var places: [Int: [Int]] = [:]

  mutating func add(
    _ kind: ValueOperation.Kind, _ line: Int, register: UInt8 = noRegister, base: UInt8 = noRegister,
    other: UInt8 = 0, amount: Int64 = 0
  ) {
    all.append(
      ValueOperation(
        kind: kind, register: register, base: base, other: other, amount: amount,
        line: Int32(truncatingIfNeeded: line)))
  }

  /// A register is set to what is not followed.
  mutating func clobber(_ operand: Operand, _ line: Int) {
    if operand.kind == .register { add(.clobber, line, register: operand.register) }
  }

  /// A load of a word, or of what is not followed.
  mutating func load(_ register: Operand, from memory: Operand, _ line: Int) {
    if memory.isPlain {
      add(.load, line, register: register.register, base: memory.register, amount: memory.value)
    } else {
      clobber(register, line)
    }
  }

  /// Memory is written.
  mutating func overwrite(
    _ memory: Operand, bytes: UInt8, _ line: Int, kind: ValueOperation.Kind = .overwrite
  ) {
    // With an index it may be anywhere behind the base.
    let known = memory.isPlain
    add(
      kind, line, base: memory.register, other: known ? bytes : 255, amount: memory.value)
  }

  /// The number of a symbol, by its text.
  mutating func symbol(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int64 {
    var hasher = Hasher()
    for i in range { hasher.combine(text[i]) }
    let hash = hasher.finalize()
    for i in places[hash] ?? [] where sameBytes(text, symbols[i], range) { return Int64(i) }
    symbols.append(range)
    places[hash, default: []].append(symbols.count - 1)
    return Int64(symbols.count - 1)
  }
}

extension Operand {
  /// A word in memory at a register and a known amount.
  var isPlain: Bool {
    (kind == .memory || kind == .indirect) && index == noRegister && hasValue && register < instructionPointer
  }

  var isMemory: Bool { kind == .memory || kind == .indirect }
}
