import Listing
import ProgramModel

/// What LOCK may stand before (Intel SDM volume 2, LOCK); with any other instruction it is no instruction.
private let lockable = MnemonicTable<Bool>(
  [
    (
      true,
      [
        "add", "adc", "and", "btc", "btr", "bts", "cmpxchg", "dec", "inc", "neg", "not", "or", "sbb", "sub",
        "xadd",
        "xchg", "xor",
      ]
      .flatMap { root in
        ["", "b", "w", "l", "q"].flatMap { ["\(root)\($0)", "\(root)\($0)".uppercased()] }
      }
      .joined(separator: " ") + " cmpxchg8b CMPXCHG8B cmpxchg16b CMPXCHG16B"
    )
  ], other: false)

extension X86 {
  /// Adds the atomic whose mnemonic begins `range`, if it is one: the operation is lockable and memory is
  /// its destination.
  ///
  /// - Returns: whether it is one.
  @discardableResult
  static func atomic(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ dialect: Dialect, line: Int, locked: Bool,
    _ sketch: inout Sketch
  ) -> Bool {
    let (isLockable, end) = lockable.find(text, at: range.lowerBound)
    let operands = dialect.operands(text, in: end..<range.upperBound)
    let hasMemory =
      isMemory(operands.last)
      || operands.count == 2 && isMemory(operands.first) && text.has("xchg", ignoringCaseAt: range.lowerBound)
    guard isLockable, hasMemory else {
      if locked { sketch.distrustedAtomics += 1 }
      return false
    }
    var spelling = Sketch.Spelling(root: range.lowerBound..<end, lock: locked)
    if dialect.syntax != .go, !endsInWidth(text, range.lowerBound..<end) {
      let register = operands.first.kind == .register ? operands.first : operands.second
      let width = register.kind == .register ? register.width : operands.last.width
      spelling.suffix = suffix(width)
    }
    sketch.atomics.append(
      Sketch.Atomic(
        line: Int32(line), spelling: spelling, implicit: !locked, step: sketch.add(.site, line: line)))
    return true
  }

  /// A symbol's name alone, `runtime.x(SB)`, is memory as well.
  private static func isMemory(_ operand: Operand) -> Bool {
    operand.kind == .memory || operand.kind == .indirect || operand.kind == .place
  }

  /// Whether AT&T's spelling has the width already: `incl`, `cmpxchg16b`; not `add`, `sbb`, `sub`, `xadd`.
  private static func endsInWidth(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch text[range.upperBound - 1] {
    case UInt8(ascii: "l"), UInt8(ascii: "q"), UInt8(ascii: "w"): true
    case UInt8(ascii: "b"):
      !(text.has("sub", at: range.upperBound - 3) && range.count == 3
        || text.has("sbb", at: range.upperBound - 3) && range.count == 3)
    default: false
    }
  }

  private static func suffix(_ width: UInt8) -> UInt8 {
    switch width {
    case 8: UInt8(ascii: "B")
    case 16: UInt8(ascii: "W")
    case 32: UInt8(ascii: "L")
    case 64: UInt8(ascii: "Q")
    default: 0
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether the lower-case ASCII letters stand at an offset, in either case.
  func has(_ letters: StaticString, ignoringCaseAt offset: Int) -> Bool {
    for i in 0..<letters.utf8CodeUnitCount where unsafe self[offset + i] | 0x20 != letters.utf8Start[i] {
      return false
    }
    return true
  }
}
