import ByteText
import ProgramModel

/// The functions of a stripped binary, as the linker's table has them: where each begins and its name.
///
/// objdump prints such a binary as one block, with targets as `<.text+0x230>`. ``name(_:end:into:)`` writes that
/// text anew as objdump prints it of a binary with symbols, so that all the rest need not know of it.
public struct FunctionNames: Sendable {
  private let entries: [UInt64]
  /// The names, one behind the other, and where each ends.
  private let bytes: [UInt8]
  private let ends: [Int]
  /// Where the last function's code ends.
  private let end: UInt64
  private let printsDistances: Bool

  /// - Parameters:
  ///   - functions: in address order, without repetition.
  ///   - end: where the last function's code ends.
  ///   - printsDistances: before a target's name stands how far it is, in decimal, as LLVM prints loong64's:
  ///     `bl -461724 <.text+0x19190>`.
  public init(
    _ functions: some Collection<(entry: UInt64, name: ArraySlice<UInt8>)>, end: UInt64,
    printsDistances: Bool = false
  ) {
    var entries: [UInt64] = []
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for function in functions {
      entries.append(function.entry)
      // A control character would end the line.
      bytes.append(contentsOf: function.name.lazy.map { $0 < 0x20 ? UInt8(ascii: "?") : $0 })
      ends.append(bytes.count)
    }
    self.entries = entries
    self.bytes = bytes
    self.ends = ends
    self.end = end
    self.printsDistances = printsDistances
  }

  /// The function that the line at an offset begins; nil for every other line.
  public func entry(_ text: borrowing Span<UInt8>, at offset: Int) -> UInt64? {
    guard let address = Self.address(text, at: offset) else { return nil }
    let i = firstIndex(from: address)
    return i < entries.count && entries[i] == address ? address : nil
  }

  /// Appends a listing with names; parameters as ``Rewriter`` has them. Functions whose code is not printed end at
  /// `nextEntry` at the latest.
  func name(_ text: borrowing Span<UInt8>, end: Int, nextEntry: UInt64?, into named: inout [UInt8]) {
    named.reserveCapacity(end + end / 4 + textPadding)
    var position = 0
    // The function that begins next; -1 before the first line.
    var next = -1
    var isOutside = false
    while position < end {
      let start = position
      let lineEnd = text.newline(from: start)
      position = lineEnd + 1
      if let header = BinutilsDialect.header(text, at: start) {
        let isNamed = text[header.name.lowerBound] != UInt8(ascii: ".")
        if !holds(header.entry) {
          isOutside = true
          if isNamed { append(text, start..<position, to: &named) } else { open(header.entry, &named) }
        }
        continue
      }
      guard let address = Self.address(text, at: start) else {
        append(text, start..<position, to: &named)
        continue
      }
      if next < 0 { next = firstIndex(from: address) }
      if holds(address) {
        isOutside = false
        // More than one where a function's words are all zero, which GNU's objdump leaves out (`...`).
        while next < entries.count, entries[next] <= address {
          appendHeader(next, &named)
          next += 1
        }
      } else if !isOutside {
        isOutside = true
        open(address, &named)
      }
      guard
        let target = printsDistances
          ? distantTarget(text, start..<lineEnd, from: address) : target(text, start..<lineEnd)
      else {
        append(text, start..<position, to: &named)
        continue
      }
      append(text, start..<target.before, to: &named)
      if !printsDistances {
        appendDigits(target.address, &named)
        named.append(UInt8(ascii: " "))
      }
      named.append(UInt8(ascii: "<"))
      named.append(contentsOf: bytes[range(target.index)])
      let offset = target.address - entries[target.index]
      if offset > 0 {
        named.append(contentsOf: "+0x".utf8)
        appendDigits(offset, &named)
      }
      named.append(UInt8(ascii: ">"))
      append(text, target.behind..<position, to: &named)
    }
    while next >= 0, next < entries.count, let nextEntry, entries[next] < nextEntry {
      appendHeader(next, &named)
      next += 1
    }
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  private func holds(_ address: UInt64) -> Bool {
    guard let first = entries.first else { return false }
    return address >= first && address < end
  }

  /// The first function that begins at an address or behind it.
  private func firstIndex(from address: UInt64) -> Int {
    entries.partitioningIndex { $0 >= address }
  }

  /// `  401000:`, the address of an instruction's line.
  private static func address(_ text: borrowing Span<UInt8>, at offset: Int) -> UInt64? {
    var i = offset
    while text[i] == UInt8(ascii: " ") { i += 1 }
    let (address, end) = text.hexadecimal(from: i)
    return end > i && text[end] == UInt8(ascii: ":") ? address : nil
  }

  /// Where a line names an address of code.
  private struct Target {
    var address: UInt64
    /// The function that holds it.
    var index: Int
    /// The text up to the first of these offsets and from the second one on stays as it is.
    var before: Int
    var behind: Int
  }

  /// `401230 <.text+0x230>` at a line's end; `0x401230`, as GNU's objdump prints it where there is no symbol at all.
  private func target(_ text: borrowing Span<UInt8>, _ whole: Range<Int>) -> Target? {
    var line = whole
    // LLVM's comment on arm: `b	0x110fc <.text+0xfc>    @ imm = #-0x78`
    if text[line.upperBound - 1] != UInt8(ascii: ">"), let comment = text.lastOffset(of: " @ ", in: line) {
      var end = comment
      while end > line.lowerBound, text[end - 1] == UInt8(ascii: " ") { end -= 1 }
      line = line.lowerBound..<end
    }
    let isNamed = text[line.upperBound - 1] == UInt8(ascii: ">")
    var end = line.upperBound
    if isNamed {
      while end > line.lowerBound, text[end] != UInt8(ascii: "<") { end -= 1 }
      end -= 1
    } else {
      guard let operands = branchOperands(text, line) else { return nil }
      end = operands
    }
    var start = end
    while start > line.lowerBound, isHexDigit(text[start - 1]) { start -= 1 }
    guard start < end, isNamed || text.has("0x", at: start - 2) else { return nil }
    let address = text.hexadecimal(from: start).value
    guard let index = index(containing: address) else { return nil }
    return Target(
      address: address, index: index, before: isNamed ? start : start - 2,
      behind: isNamed ? line.upperBound : end)
  }

  /// `-461724 <.text+0x19190>` at the end of a line of loong64's.
  private func distantTarget(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>, from address: UInt64
  ) -> Target? {
    guard text[line.upperBound - 1] == UInt8(ascii: ">"), let name = text.lastOffset(of: " <", in: line)
    else { return nil }
    var start = name
    while text[start - 1] &- 0x30 < 10 { start -= 1 }
    let (distance, end) = text.decimal(from: start)
    guard start < name, end == name else { return nil }
    let isBack = text[start - 1] == UInt8(ascii: "-")
    let target = address &+ UInt64(bitPattern: isBack ? 0 &- distance : distance)
    guard let index = index(containing: target) else { return nil }
    return Target(address: target, index: index, before: name + 1, behind: line.upperBound)
  }

  /// The function that holds an address.
  private func index(containing address: UInt64) -> Int? {
    guard holds(address) else { return nil }
    let after = firstIndex(from: address)
    return after < entries.count && entries[after] == address ? after : after - 1
  }

  /// Where the operands of a direct call or jump end, or the comment that says what `0x10(%rip)` is (x86); nil for
  /// every other instruction.
  private func branchOperands(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    var i = line.lowerBound
    while text[i] != UInt8(ascii: ":") { i += 1 }
    i += 1
    while text[i] == UInt8(ascii: " ") || text[i] == UInt8(ascii: "\t") { i += 1 }
    i = BinutilsDialect.rawBytes(text, from: i).end
    let isBranch =
      text[i] == UInt8(ascii: "j") || text[i] == UInt8(ascii: "b") || text.has("call", at: i)
      || text.has("cb", at: i) || text.has("tb", at: i) || isCompareBranch(text, i)
    guard isBranch || text.firstOffset(of: "# 0x", in: i..<line.upperBound) != nil else { return nil }
    var end = text.firstOffset(of: "//", in: i..<line.upperBound) ?? line.upperBound
    while end > i, text[end - 1] <= 0x20 { end -= 1 }
    return end
  }

  /// s390x's `clgrjhe`, `cij`: a comparison and a jump.
  private func isCompareBranch(_ text: borrowing Span<UInt8>, _ start: Int) -> Bool {
    guard text[start] == UInt8(ascii: "c") else { return false }
    var i = start
    while text[i] > 0x20 {
      if text[i] == UInt8(ascii: "j") { return true }
      i += 1
    }
    return false
  }

  private func append(_ text: borrowing Span<UInt8>, _ range: Range<Int>, to named: inout [UInt8]) {
    unsafe text.extracting(range).withUnsafeBufferPointer { unsafe named.append(contentsOf: $0) }
  }

  /// The header of a function, as objdump prints it.
  private func appendHeader(_ index: Int, _ named: inout [UInt8]) {
    appendAddress(entries[index], &named)
    named.append(contentsOf: " <".utf8)
    named.append(contentsOf: bytes[range(index)])
    named.append(contentsOf: ">:\n".utf8)
  }

  /// Code without a name, between functions or behind the last: a header that stands inside of one, so that it is
  /// no function's and is counted.
  private func open(_ address: UInt64, _ named: inout [UInt8]) {
    appendAddress(address, &named)
    named.append(contentsOf: " <.text+0x1>:\n".utf8)
  }

  private func appendAddress(_ address: UInt64, _ named: inout [UInt8]) {
    let digits = max(1, (67 - address.leadingZeroBitCount) / 4)
    named.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 16 - digits))
    appendDigits(address, &named)
  }

  private func appendDigits(_ value: UInt64, _ named: inout [UInt8]) {
    var shift = max(0, (63 - value.leadingZeroBitCount) / 4 * 4)
    while shift >= 0 {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      named.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
      shift -= 4
    }
  }
}
