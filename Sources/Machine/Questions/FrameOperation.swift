import Listing

/// The effect of an instruction on slots of the frame and on small constants, which is all that open-coded
/// defers are made of. It is computed only for functions that have some.
struct FrameOperation: Equatable {
  /// The effect. Slots are offsets from SP, in bytes.
  enum Kind {
    /// A byte of the frame = register, or = value where there is no register.
    case storeByte
    /// register = a byte of the frame.
    case loadByte
    /// A word of the frame = register.
    case storeWord
    /// register = a word of the frame.
    case loadWord
    /// register = value.
    case constant
    /// register |= value.
    case or
    /// register = other register.
    case copy
    /// A call of a function, one through a register or memory, and one of `runtime.deferreturn`; a return or
    /// trap; a branch or jump.
    case call, indirectCall, deferReturn, stop, branch
    /// register = unknown.
    case clobber
  }

  var kind: Kind
  /// The offset from SP, in bytes.
  var slot: Int64 = 0
  var register = noRegister
  /// A constant; for ``Kind/copy`` the number of the register that is copied.
  var value: Int64 = 0
  var line: Int

  /// Whether it stores a word that may be a closure: neither zero nor part of a vector.
  var storesClosure: Bool { kind == .storeWord && register != zeroRegister && register != vectorRegister }
}
