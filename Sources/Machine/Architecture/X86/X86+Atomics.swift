import ByteText
import Listing
import ProgramModel

extension X86 {
  /// Adds the instruction whose mnemonic begins `range`, if it is an atomic: its operation allows LOCK, and
  /// its destination is memory.
  ///
  /// - Returns: whether it is an atomic. With LOCK but without these it is counted in `distrustedAtomics`:
  ///   the disassembler has lost step.
  @discardableResult
  static func addAtomic(_ code: Code, _ range: Range<Int>, line: Int, locked: Bool, _ sketch: inout Sketch)
    -> Bool
  {
    let (kind, end) = find(code, range.lowerBound)
    let operands = code.operands(in: end..<range.upperBound)
    let hasMemory =
      isMemory(operands.last)
      || operands.count == 2 && isMemory(operands.first) && kind == .exchange
    guard kind.isLockable, hasMemory else {
      if locked { sketch.distrustedAtomics += 1 }
      return false
    }
    var spelling = Sketch.Spelling(root: range.lowerBound..<end, lock: locked)
    if !code.isGo, !endsInWidth(code.text, range.lowerBound..<end) {
      let register = operands.first.kind == .register ? operands.first : operands.second
      let width = register.kind == .register ? register.width : operands.last.width
      spelling.suffix = suffix(width)
    }
    sketch.addAtomic(spelling, implicit: !locked, line: line)
    return true
  }

  /// Whether an operand is memory. A symbol alone, `runtime.x(SB)`, is memory as well.
  private static func isMemory(_ operand: Operand) -> Bool {
    operand.kind == .memory || operand.kind == .indirect || operand.kind == .place
  }

  /// Whether AT&T's spelling already ends in the width: `incl` and `cmpxchg16b` do; `add`, `sbb`, `sub` and
  /// `xadd` do not.
  private static func endsInWidth(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    switch text[range.upperBound - 1] {
    case UInt8(ascii: "l"), UInt8(ascii: "q"), UInt8(ascii: "w"): true
    case UInt8(ascii: "b"):
      !(text.has("sub", at: range.upperBound - 3) && range.count == 3
        || text.has("sbb", at: range.upperBound - 3) && range.count == 3)
    default: false
    }
  }

  /// Returns Go's letter for a width in bits, `Q` for 64; 0 for an unknown width.
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
