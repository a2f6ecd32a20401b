import Listing
import ProgramModel

/// What a `go` statement starts, as far as the text says it.
///
/// `runtime.newproc` takes a funcval: a pointer to the code's address (Go `runtime/proc.go`). One made on the
/// spot has the address stored into it, `LEAQ main.f.gowrap1(SB), CX; MOVQ CX, 0(AX)`; one in read-only data
/// is printed without a name since Go 1.18, and needs the binary.
enum GoStatementTarget {
  /// How far back the funcval is looked for.
  private static let window = 40

  /// The function whose address was taken last before the call, in the order that the code runs.
  static func find(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, call: Int
  ) -> Range<Int>? {
    var first = call
    if let found = search(text, function, dialect, from: call - 1, &first) { return found }
    // The compiler turns loops: the funcval may be made below, by code that jumps to between here and there.
    guard function.lines[first].address <= function.lines[call].address else { return nil }
    let addresses = function.lines[first].address...function.lines[call].address
    for i in call..<min(function.lines.count, call + 4000) {
      let line = function.lines[i]
      let at = Int(line.mnemonic)
      guard text.has("JMP", at: at) || text.has("jmp", at: at) else { continue }
      let target = dialect.operands(text, in: at + 3..<Int(line.end)).first
      guard target.kind == .place, addresses.contains(UInt64(bitPattern: target.value)) else { continue }
      if let found = search(text, function, dialect, from: i - 1, &first) { return found }
    }
    return nil
  }

  /// Goes back from a line to one that takes a function's address. A call ends the search, but for those that
  /// make a closure; `first` is where it ended.
  private static func search(
    _ text: borrowing Span<UInt8>, _ function: borrowing FunctionText, _ dialect: Dialect, from start: Int,
    _ first: inout Int
  ) -> Range<Int>? {
    var i = start
    while i >= max(0, start - window) {
      let line = function.lines[i]
      let at = Int(line.mnemonic)
      if text.has("CALL", at: at) || text.has("call", at: at) || text.has("bl\t", at: at) {
        guard makesClosure(text, at..<text.newline(from: at)) else { break }
      }
      if let symbol = funcval(text, line, dialect) { return dialect.plain(symbol, text) }
      first = i
      i -= 1
    }
    return nil
  }

  /// Whether a call allocates a closure or lets the garbage collector know of a pointer in it.
  private static func makesClosure(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    text.firstOffset(of: "runtime.newobject", in: range) != nil
      || text.firstOffset(of: "gcWriteBarrier", in: range) != nil
      || text.firstOffset(of: "runtime.mallocgc", in: range) != nil
  }

  /// The function whose address an instruction takes.
  private static func funcval(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ dialect: Dialect
  ) -> Range<Int>? {
    let at = Int(line.mnemonic)
    let end = Int(line.end)
    if dialect.syntax == .go {
      if let symbol = Relocation.symbol(text, behind: end, ["]R_PCREL:", "]R_ADDRARM64:"]) {
        if text.has("·f", at: symbol.upperBound - 3) { return symbol.lowerBound..<symbol.upperBound - 3 }
        return isCode(text, symbol) ? symbol : nil
      }
      guard text.has("LEAQ ", at: at) else { return nil }
      let found = dialect.operands(text, in: at + 5..<end)
      guard found.count == 2, found.first.kind == .place, isCode(text, found.first.symbol) else { return nil }
      return found.first.symbol
    }
    // `lea 0x131(%rip),%rdx  # 414ac0 <main.f.gowrap1>`: GNU's and LLVM's word for an address.
    guard dialect.architecture == .amd64, text.has("lea", at: at),
      let mark = text.firstOffset(of: UInt8(ascii: "#"), in: at..<end),
      let open = text.firstOffset(of: UInt8(ascii: "<"), in: mark..<end), text[end - 1] == UInt8(ascii: ">"),
      isCode(text, open + 1..<end - 1)
    else { return nil }
    return open + 1..<end - 1
  }

  /// Whether a symbol names code, not a type or data: closures and wrappers do by their last part.
  private static func isCode(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) -> Bool {
    !symbol.isEmpty && !text.has("type:", at: symbol.lowerBound)
      && !text.has("runtime.", at: symbol.lowerBound)
      && (text.firstOffset(of: ".func", in: symbol) != nil
        || text.firstOffset(of: ".gowrap", in: symbol) != nil
        || text.firstOffset(of: "-fm", in: symbol) != nil)
  }
}
