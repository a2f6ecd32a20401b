import Listing
import ProgramModel

/// What a `go` statement starts, as far as the text says it.
///
/// `runtime.newproc` takes a funcval: a pointer to the code's address (Go `runtime/proc.go`). One made on the
/// spot has the address stored into it, `LEAQ main.f.gowrap1(SB), CX; MOVQ CX, 0(AX)`; one in read-only data
/// is printed without a name since Go 1.18, and needs the binary.
enum GoStatementTarget {
  /// The function whose address was taken last before the call.
  static func find(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, call: Int
  ) -> Range<Int>? {
    // The caller's own code up to here is short; a call of newobject for the closure stands between.
    var i = call - 1
    while i >= max(0, call - 40) {
      let line = function.lines[i]
      let at = Int(line.mnemonic)
      if text.has("CALL", at: at) || text.has("call", at: at) || text.has("bl\t", at: at) {
        let made =
          text.firstOffset(of: "runtime.newobject", in: at..<text.newline(from: at)) != nil
          || text.firstOffset(of: "gcWriteBarrier", in: at..<text.newline(from: at)) != nil
          || text.firstOffset(of: "runtime.mallocgc", in: at..<text.newline(from: at)) != nil
        if !made { return nil }
      }
      if dialect.syntax == .go,
        let funcval = Relocation.symbol(text, behind: Int(line.end), "]R_PCREL:", "]R_ADDRARM64:"),
        text.has("·f", at: funcval.upperBound - 3) || isCode(text, funcval)
      {
        return text.has("·f", at: funcval.upperBound - 3)
          ? funcval.lowerBound..<funcval.upperBound - 3 : funcval
      }
      if text.has("LEAQ ", at: at), text.has("(SB), ", at: at) == false {
        let found = dialect.operands(text, in: at + 5..<Int(line.end))
        if found.count == 2, found.first.kind == .place, !found.first.symbol.isEmpty,
          isCode(text, found.first.symbol)
        {
          return found.first.symbol
        }
      }
      if dialect.architecture == .amd64, text.has("lea", at: at),
        let symbol = commented(text, at..<Int(line.end)),
        isCode(text, symbol)
      {
        return dialect.plain(symbol, text)
      }
      i -= 1
    }
    return nil
  }

  /// The symbol in `lea 0x131(%rip),%rdx  # 414ac0 <main.f.gowrap1>`: GNU's and LLVM's word for an address.
  private static func commented(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
    guard let mark = text.firstOffset(of: UInt8(ascii: "#"), in: range),
      let open = text.firstOffset(of: UInt8(ascii: "<"), in: mark..<range.upperBound),
      text[range.upperBound - 1] == UInt8(ascii: ">")
    else { return nil }
    return open + 1..<range.upperBound - 1
  }

  /// Whether a symbol names code, not a type or data: closures and wrappers do by their last part.
  private static func isCode(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Bool {
    !text.has("type:", at: symbol.lowerBound) && !text.has("runtime.", at: symbol.lowerBound)
      && (text.firstOffset(of: ".func", in: symbol) != nil
        || text.firstOffset(of: ".gowrap", in: symbol) != nil
        || text.firstOffset(of: "-fm", in: symbol) != nil)
  }
}
