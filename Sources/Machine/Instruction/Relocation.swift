import ByteText
import Listing

/// What Go's objdump prints behind an instruction of an object file or archive, where no address is known yet:
/// `CALL 0x3e103<TAB…>[1:5]R_CALL:runtime.newproc<1>`, `LEAQ 0(IP), AX<TAB…>[3:7]R_PCREL:main.worker·f`.
enum Relocation {
  /// The symbol of the relocation of this kind, less the ABI's `<1>`; nil when there is none.
  @inline(__always)
  static func symbol(
    _ text: borrowing Span<UInt8>, behind end: Int, _ kinds: @autoclosure () -> [StaticString]
  ) -> Range<Int>? {
    // Linked programs have none: nothing may be allocated for their calls, and one look at what stands behind tells.
    var next = text.word(at: end)
    var start = end
    if next & 0xff == 0x20 {
      // GNU's spelling was cut off, which stands between: `CALL 0(PC)  // bl .+0x0<TAB…>[0:4]…`.
      start = text.controlCharacter(from: end)
      next = text.word(at: start)
    }
    let others = next ^ 0x0909_0909_0909_0909
    let tabs = others.trailingZeroBitCount &>> 3
    guard tabs > 0, text[start + tabs] == UInt8(ascii: "[") else { return nil }
    return symbol(text, from: start + tabs, kinds())
  }

  @inline(never)
  private static func symbol(_ text: borrowing Span<UInt8>, from start: Int, _ kinds: [StaticString])
    -> Range<Int>?
  {
    let line = start..<text.newline(from: start)
    for kind in kinds {
      guard let mark = text.firstOffset(of: kind, in: line) else { continue }
      let name = mark + kind.utf8CodeUnitCount
      var last = text.controlCharacter(from: name)
      // Another one follows behind a blank; names may hold blanks themselves.
      if let next = text.firstOffset(of: " [", in: name..<last) { last = next }
      // What is added counts from where the instruction is, on some machines: `runtime.newproc<1>+6` of s390x,
      // `…+3959422974` of arm. A call goes to no middle.
      if text.has("]R_CALL", at: mark) || text.has("]R_PCRELDBL:", at: mark) && text.has("+6", at: last - 2) {
        var digits = last
        while text[digits - 1] &- 0x30 < 10 { digits -= 1 }
        if digits < last, text[digits - 1] == UInt8(ascii: "+") { last = digits - 1 }
      }
      if text[last - 1] == UInt8(ascii: ">"), let open = text.lastOffset(of: "<", in: name..<last) {
        last = open
      }
      return name..<last
    }
    return nil
  }
}
