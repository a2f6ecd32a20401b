import ByteText

/// An instruction as delve's `disassemble` prints it (delve `pkg/terminal/disasmprint.go`). A function begins as in
/// Go's listings:
///
///     TEXT main.main(SB) /src/app/main.go
///     <TAB>main.go:12<TAB>0x49a900<TAB>493b6610<TAB>cmp rsp, qword ptr [r14+0x10]
///     =><TAB>main.go:12<TAB>0x49a904*<TAB>55<TAB><TAB>push rbp
///
/// Its syntax is that of `golang.org/x/arch`: Intel's unless `config disassemble-flavor` is set, Go's on arm64.
struct DelveLine {
  /// `main.go:12`
  private let source: Range<Int>
  let address: UInt64
  let bytes: Range<Int>
  /// The instruction.
  let text: Range<Int>

  /// Nil for what is no instruction. `*` marks a breakpoint.
  init?(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    var start = line.lowerBound
    if text.has("=>", at: start) { start += 2 }
    guard start < line.upperBound, text[start] == 0x09 else { return nil }
    let sourceEnd = text.controlCharacter(from: start + 1)
    // Columns are aligned by tabs.
    var number = sourceEnd
    while text[number] == 0x09 { number += 1 }
    guard number > sourceEnd, text.has("0x", at: number) else { return nil }
    var (address, i) = text.hexadecimal(from: number + 2)
    if text[i] == UInt8(ascii: "*") { i += 1 }
    guard text[i] == 0x09, isHexDigit(text[i + 1]) else { return nil }
    let bytesEnd = text.hexadecimal(from: i + 1).end
    var mnemonic = bytesEnd
    while text[mnemonic] == 0x09 { mnemonic += 1 }
    var end = line.upperBound
    while end > mnemonic, text[end - 1] <= 0x20 { end -= 1 }
    guard mnemonic > bytesEnd, mnemonic < end else { return nil }
    source = start + 1..<sourceEnd
    self.address = address
    bytes = i + 1..<bytesEnd
    self.text = mnemonic..<end
  }

  /// `  main.go:12<TAB>0x49a900<TAB>493b6610<TAB>` and the instruction as objdump spells it.
  func write(_ text: borrowing Span<UInt8>, _ syntax: Syntax, into written: inout [UInt8]) {
    written.append("  ")
    written.append(text, source)
    written.append("\t")
    written.append(address: address)
    written.append("\t")
    written.append(text, bytes)
    written.append("\t")
    // `lock xadd dword ptr [rdx], ecx`
    let first =
      text.has("lock ", at: self.text.lowerBound) && self.text.count > 5
      ? self.text.lowerBound + 5 : self.text.lowerBound
    let mnemonic = text.firstOffset(of: 0x20, in: first..<self.text.upperBound) ?? self.text.upperBound
    let operands = min(mnemonic + 1, self.text.upperBound)..<self.text.upperBound
    if !operands.isEmpty, text[operands.lowerBound] == UInt8(ascii: "$"), isBranch(text) {
      written.append(text, self.text.lowerBound..<operands.lowerBound)
      target(text, operands.lowerBound + 1..<operands.upperBound, syntax, into: &written)
    } else if text.has("data16 nop", at: self.text.lowerBound) {
      written.append("nop")
    } else if syntax == .intel {
      intel(text, self.text.lowerBound..<mnemonic, operands, into: &written)
    } else if syntax == .att, text.has("lea ", at: self.text.lowerBound), let name = name(text, operands) {
      lea(text, name, operands, into: &written)
    } else {
      written.append(text, self.text)
    }
  }

  /// Calls and jumps, in either case.
  private func isBranch(_ text: borrowing Span<UInt8>) -> Bool {
    let first = text[self.text.lowerBound] | 0x20
    return first == UInt8(ascii: "j")
      || first == UInt8(ascii: "c") && text[self.text.lowerBound + 1] | 0x20 == UInt8(ascii: "a")
  }

  /// `$runtime.newobject`, `$0x49a9ca` without the `$`; where the symbol stands alone, its address too.
  private func target(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>, _ syntax: Syntax, into written: inout [UInt8]
  ) {
    guard syntax != .go, !text.has("0x", at: range.lowerBound), let target = branchTarget(text) else {
      return written.append(text, range)
    }
    written.append(address: target)
    written.append(" <")
    written.append(symbol: text, range)
    written.append(">")
  }

  /// Where an x86 branch with a displacement goes.
  private func branchTarget(_ text: borrowing Span<UInt8>) -> UInt64? {
    let count = bytes.count / 2
    switch (byte(text, 0), byte(text, 1)) {
    case (0xe8, _) where count == 5, (0xe9, _) where count == 5, (0x0f, 0x80...0x8f) where count == 6:
      return next &+ UInt64(bitPattern: displacement(text))
    case (0xeb, _) where count == 2, (0x70...0x7f, _) where count == 2:
      return next &+ UInt64(bitPattern: Int64(Int8(bitPattern: byte(text, 1))))
    default: return nil
    }
  }

  private var next: UInt64 { address &+ UInt64(bytes.count / 2) }

  /// The last four bytes, the lowest first.
  private func displacement(_ text: borrowing Span<UInt8>) -> Int64 {
    let count = bytes.count / 2
    guard count >= 4 else { return 0 }
    var value: UInt32 = 0
    for i in count - 4..<count { value = value >> 8 | UInt32(byte(text, i)) << 24 }
    return Int64(Int32(bitPattern: value))
  }

  private func byte(_ text: borrowing Span<UInt8>, _ index: Int) -> UInt8 {
    let at = bytes.lowerBound + 2 * index
    guard at + 2 <= bytes.upperBound else { return 0 }
    func digit(_ c: UInt8) -> UInt8 { c & 15 &+ (c > UInt8(ascii: "9") ? 9 : 0) }
    return digit(text[at]) << 4 | digit(text[at + 1])
  }

  /// Conditions by the names that objdump has for them.
  private static let conditions: [(delve: StaticString, objdump: StaticString)] = [
    ("jz", "je"), ("jnz", "jne"), ("jnb", "jae"), ("jnbe", "ja"), ("jnl", "jge"), ("jnle", "jg"),
  ]

  /// `mov rax,QWORD PTR [rsp+0x50]` for `mov rax, qword ptr [rsp+0x50]`.
  private func intel(
    _ text: borrowing Span<UInt8>, _ mnemonic: Range<Int>, _ operands: Range<Int>, into written: inout [UInt8]
  ) {
    let known = Self.conditions.first {
      mnemonic.count == $0.delve.utf8CodeUnitCount && text.has($0.delve, at: mnemonic.lowerBound)
    }
    if let known { written.append(known.objdump) } else { written.append(text, mnemonic) }
    if operands.isEmpty { return }
    written.append(" ")
    var i = operands.lowerBound
    while i < operands.upperBound {
      if let bracket = memory(text, i, operands.upperBound) {
        // `lea rdx, ptr [rax+0x8]` says nothing of a width.
        for k in i..<bracket where bracket - i > 4 { written.append(Self.upper(text[k])) }
        i = place(text, bracket, operands, into: &written)
      } else {
        if !(text[i] == 0x20 && text[i - 1] == UInt8(ascii: ",")) { written.append(text[i]) }
        i += 1
      }
    }
  }

  private static func upper(_ c: UInt8) -> UInt8 { c >= 0x61 && c <= 0x7a ? c - 0x20 : c }

  /// The `[` of `qword ptr [` that begins here.
  private func memory(_ text: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard text[start - 1] <= 0x20,
      let mark = text.firstOffset(of: "ptr [", in: start..<min(end, start + 16)),
      (start..<mark).allSatisfy({ text[$0] >= 0x61 && text[$0] <= 0x7a || text[$0] == 0x20 })
    else { return nil }
    return mark + 4
  }

  /// `[rax+0x8]` as it is; `[main.hits]` and `[rip+0x8]` as objdump has them, `[rip+0x8]        # 0x49a9ca <main.hits>`.
  ///
  /// - Returns: where the text goes on.
  private func place(
    _ text: borrowing Span<UInt8>, _ open: Int, _ operands: Range<Int>, into written: inout [UInt8]
  ) -> Int {
    guard let close = text.lastOffset(of: "]", in: open..<operands.upperBound) else {
      written.append(text, open..<operands.upperBound)
      return operands.upperBound
    }
    let inside = open + 1..<close
    let isRIP = text.has("rip", at: inside.lowerBound)
    guard isRIP || text.firstOffset(of: ".", in: inside) != nil else {
      written.append(text, open..<close + 1)
      return close + 1
    }
    // Behind a displacement there may be an immediate.
    let isLast =
      !(close + 3 < operands.upperBound && text[close + 3] &- 0x30 < 10
      || text[close + 3] == UInt8(ascii: "-"))
    guard isLast else {
      written.append("[rip]")
      return close + 1
    }
    let value = displacement(text)
    written.append(value < 0 ? "[rip-" : "[rip+")
    written.append(address: value.magnitude)
    written.append("]")
    for i in close + 1..<operands.upperBound where text[i] != 0x20 { written.append(text[i]) }
    comment(text, isRIP ? 0..<0 : inside, into: &written)
    return operands.upperBound
  }

  /// `lea 0x306c(%rip),%rdx        # 0x487720 <main.f.gowrap1>` for `lea main.f.gowrap1,%rdx`.
  private func lea(
    _ text: borrowing Span<UInt8>, _ name: Range<Int>, _ operands: Range<Int>, into written: inout [UInt8]
  ) {
    let value = displacement(text)
    written.append(value < 0 ? "lea -" : "lea ")
    written.append(address: value.magnitude)
    written.append("(%rip)")
    written.append(text, name.upperBound..<operands.upperBound)
    comment(text, name, into: &written)
  }

  /// The first of lea's operands, where that is a name.
  private func name(_ text: borrowing Span<UInt8>, _ operands: Range<Int>) -> Range<Int>? {
    guard !operands.isEmpty, text[operands.upperBound - 1] != UInt8(ascii: ")"),
      let comma = text.lastOffset(of: ",", in: operands),
      text[comma - 1] != UInt8(ascii: ")"), text.firstOffset(of: ".", in: operands.lowerBound..<comma) != nil
    else { return nil }
    return operands.lowerBound..<comma
  }

  /// Where an operand is that counts from the next instruction, as objdump has it: `        # 0x49a9ca <main.hits>`.
  private func comment(
    _ text: borrowing Span<UInt8>, _ symbol: Range<Int>, into written: inout [UInt8]
  ) {
    written.append("        # ")
    written.append(address: next &+ UInt64(bitPattern: displacement(text)))
    guard !symbol.isEmpty else { return }
    written.append(" <")
    written.append(symbol: text, symbol)
    written.append(">")
  }
}
