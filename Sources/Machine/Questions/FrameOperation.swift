import Listing

/// What an instruction does to the slots of the frame and to small constants: all that open-coded defers
/// are made of. Only functions that have some are read for these.
struct FrameOperation: Equatable {
  enum Kind {
    /// A byte of the frame = register, or = value when it has no register.
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
    case call, indirectCall, deferReturn, stop, branch
    /// register = something else.
    case clobber
  }

  var kind: Kind
  var slot: Int64 = 0
  var register = noRegister
  var value: Int64 = 0
  var line: Int
}
