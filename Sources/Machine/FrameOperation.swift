import Listing

/// What an instruction does to the slots of the frame and to small constants: all that open-coded defers
/// are made of. Only functions that have some are read for these.
struct FrameOperation {
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

extension FrameOperation {
  /// A call, by what it calls. None for the middle of `duffzero` and `duffcopy`, which zero or copy some of
  /// the frame for the prologue too; Go's objdump prints no name there. None for morestack either, which riscv64 has
  /// before the body.
  init?(call target: Operand, _ text: borrowing Span<UInt8>, _ dialect: Dialect, line: Int) {
    let symbol = dialect.plain(target.symbol, text)
    if target.kind == .place, symbol.isEmpty || text.has("runtime.duff", at: symbol.lowerBound) { return nil }
    self.init(kind: target.kind == .place ? .call : .indirectCall, line: line)
    switch RuntimeCall(text, symbol) {
    case .morestack: return nil
    case .deferred(.exit): kind = .deferReturn
    default: break
    }
  }
}
