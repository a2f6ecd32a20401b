import ByteText
import Listing

/// The relocations that Go's objdump prints after an instruction of an object file or archive, where no
/// address is known yet: `CALL 0x3e103<TAB…>[1:5]R_CALL:runtime.newproc<1>`,
/// `LEAQ 0(IP), AX<TAB…>[3:7]R_PCREL:main.worker·f`.
enum Relocation {
  /// Returns the symbol of the first of these kinds that the line has, without the ABI's `<1>`; nil when it
  /// has none, as in a linked program, where this allocates nothing.
  ///
  /// - Parameters:
  ///   - end: where the instruction's operands end in the text.
  ///   - kinds: the text before the symbol, such as `]R_CALL:`.
  @inline(__always)
  static func symbol(_ code: Code, behind end: Int, _ kinds: @autoclosure () -> [StaticString]) -> Range<Int>?
  {
    guard code.function.hasRelocations else { return nil }
    let text = code.text
    // GNU's spelling stands between and was cut off: `CALL 0(PC)  // bl .+0x0<TAB…>[0:4]…`.
    var start = text[end] == 0x20 ? text.controlCharacter(from: end) : end
    guard text[start] == UInt8(ascii: "\t") else { return nil }
    // Columns are as wide as the longest operand of the function, which may be its own name.
    while text[start] == UInt8(ascii: "\t") { start += 1 }
    guard text[start] == UInt8(ascii: "[") else { return nil }
    return symbol(text, from: start, kinds())
  }

  @inline(never)
  private static func symbol(_ text: borrowing Span<UInt8>, from start: Int, _ kinds: [StaticString])
    -> Range<Int>?
  {
    let line = start..<text.newline(from: start)
    for kind in kinds {
      guard let mark = text.firstOffset(of: kind, in: line) else { continue }
      let isCall = text.has("]R_CALL", at: mark)
      return name(
        text, mark + kind.utf8CodeUnitCount, isCall: isCall, is6: text.has("]R_PCRELDBL:", at: mark))
    }
    // A call that the linker drops together with its callee is of type `R_WEAK | R_CALL`
    // (cmd/internal/objabi/reloctype.go), which has no name: `RelocType(-32761):main.map.init.0`.
    guard let weak = text.firstOffset(of: "]RelocType(-", in: line),
      let close = text.firstOffset(of: "):", in: weak..<line.upperBound)
    else { return nil }
    return name(text, close + 2, isCall: true, is6: false)
  }

  /// The symbol from an offset on, without the ABI and the addend.
  private static func name(_ text: borrowing Span<UInt8>, _ start: Int, isCall: Bool, is6: Bool) -> Range<Int>
  {
    var last = text.controlCharacter(from: start)
    // Another relocation may follow after a blank; names may hold blanks themselves.
    if let next = text.firstOffset(of: " [", in: start..<last) { last = next }
    // On some machines the addend counts from the instruction: `runtime.newproc<1>+6` on s390x,
    // `…+3959422974` on arm. A call never goes into the middle of a function, so it is cut off.
    if isCall || is6 && text.has("+6", at: last - 2) {
      var digits = last
      while text[digits - 1] &- 0x30 < 10 { digits -= 1 }
      if digits < last, text[digits - 1] == UInt8(ascii: "+") { last = digits - 1 }
    }
    if text[last - 1] == UInt8(ascii: ">"), let open = text.lastOffset(of: "<", in: start..<last) {
      last = open
    }
    return start..<last
  }
}
