import Listing

/// What an instruction does to the numbers in registers and in the frame: as much as counters are made of.
struct NumberOperation {
  enum Kind {
    /// Nothing that matters here.
    case nothing
    /// target = source, or its lowest bits.
    case move
    /// target = the sign-extended source.
    case signExtend
    /// target = second op source.
    case add, subtract, and, or, xor
    /// target = the address of source.
    case address
    /// Sets the flags by source and second.
    case compare
    /// Sets the flags by source AND second.
    case test
    /// Branches by source against zero, whatever the flags say.
    case branchOnZero
    /// Branches by a bit of source, whose number is second.
    case branchOnBit
    /// target = condition ? second + 1 : second (arm64 CINC).
    case increment
    /// target (memory) = source, second.
    case storePair
    /// target, second = source (memory).
    case loadPair
    /// target (memory, or none) = a vector.
    case vector
    /// All registers are lost, and what it writes to.
    case call
    /// Anything else: all registers are lost, and the place in the frame that it names.
    case clobber
  }

  var kind = Kind.clobber
  var source = Operand()
  var second = Operand()
  var target = Operand()
  /// The bits that are moved, added or compared.
  var width: UInt8 = 64
  /// Of a branch, or of ``Kind/increment``.
  var condition: Condition?
  var setsFlags = false
  /// How much a store to the frame overwrites at most, in bytes.
  var reach: Int64 = 64
  /// Of a call: SP-relative addresses that are passed to it are not kept.
  var keepsNothing = false
}

extension NumberOperation {
  /// Whether it is held against all slots that are known.
  var looksThroughSlots: Bool {
    switch kind {
    case .call, .clobber, .vector, .storePair: true
    case .nothing, .compare, .test, .branchOnZero, .branchOnBit, .loadPair: false
    default: target.kind != .register
    }
  }
}

extension Operand {
  static func constant(_ value: Int64) -> Operand {
    var operand = Operand()
    operand.kind = .immediate
    operand.value = value
    operand.hasValue = true
    return operand
  }
}
