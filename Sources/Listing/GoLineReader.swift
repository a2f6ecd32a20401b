import ByteText

/// Reads the lines of one function as Go's objdump prints them:
///
///     <2 blanks>main.go:12<TAB…>0x49a900<TAB…>493b6610<TAB…>CMPQ SP, 0x10(R14)<TAB…><LF>
///
/// This is what a scan of saved text spends its time in. It reads words without bounds checks: every search
/// ends at the padding's newlines at the latest, and what is read on trust lies within it.
/// The columns of a function stand where they stood on the line before, most of the time: that is tried first.
struct GoLineReader {
  enum Kind {
    case instruction, blank, unknown
    /// An instruction that the filter does not let through.
    case passed
  }

  /// The last line of the function's file that was seen.
  private(set) var lastSourceLine: Int32 = 0
  /// Columns further to the right are not remembered. With the address and its TABs that is less than the padding.
  private static let rememberedOffset = textPadding - 128
  private var instructions = 0
  /// The digits of all instructions' bytes, and whether each instruction has some.
  private(set) var rawDigits = 0
  private(set) var hasAllBytes = true
  private(set) var hasRelocations = false

  /// The line before has the place in the source that it comes from.
  var namesSource: Bool { addressOffset > 2 }

  /// Its digits as they stand in the text, read as one number; what is not above is no later line.
  private var lastSourceKey: UInt64 = 0

  /// The line before: how far its address stood from its beginning, its first bytes, those before the address.
  private var addressOffset = 0
  private var sourceHead: UInt64 = 0
  private var sourceTail: UInt64 = 0
  /// How many digits the address had, and how many TABs stood behind it.
  private var digits = 0
  private var tabs = 0

  /// The last element of the function's file.
  private let file: Range<Int>
  /// The instruction that was passed over last, to be kept if it is the function's last one.
  private var passed: InstructionLine?

  init(_ text: borrowing Span<UInt8>, file: Range<Int>) {
    var start = file.upperBound
    while start > file.lowerBound, text[start - 1] != UInt8(ascii: "/") { start -= 1 }
    self.file = start..<file.upperBound
  }

  /// The last instruction tells where the function ends, so it is kept.
  func keepLast(_ function: inout FunctionText) {
    if let passed { function.lines.append(passed) }
  }

  /// Reads one line and moves behind it.
  @inline(__always)
  mutating func read(
    _ base: UnsafeRawPointer, _ position: inout Int, _ filter: borrowing MnemonicFilter,
    into line: inout InstructionLine
  ) -> Kind {
    let start = position
    let head = unsafe Self.word(base, start)
    guard head & 0xffff == 0x2020 else {
      position = unsafe Self.newline(base, start) &+ 1
      return head & 0xff == 0x0a || head & 0xffff == 0x0a0d ? .blank : .unknown
    }
    var i = start &+ addressOffset
    let isSame =
      unsafe head == sourceHead && Self.word(base, i &- 8) == sourceTail
      && Self.word(base, i) & 0xffff == 0x7830
    if !isSame {
      guard unsafe findAddress(base, start, head, &i) else {
        position = unsafe Self.newline(base, start) &+ 1
        return .unknown
      }
    }
    var addressEnd = i &+ 2 &+ digits
    var raw = addressEnd &+ tabs
    let isAligned =
      unsafe digits > 0 && Self.byte(base, addressEnd &- 1) > 0x20 && Self.byte(base, addressEnd) == 0x09
      && Self.byte(base, raw &- 1) == 0x09 && Self.byte(base, raw) > 0x20
    if !isAligned {
      addressEnd = unsafe Self.control(base, i &+ 2)
      raw = unsafe Self.behindTabs(base, addressEnd)
      digits = addressEnd &- i &- 2
      tabs = raw &- addressEnd
    }
    let hasAddress = tabs > 0
    if digits > 16 || tabs > 8 { digits = 0 }
    let mask = unsafe ByteMask(base, raw)
    let rawEnd =
      unsafe mask.controls != 0 ? raw &+ mask.controls.trailingZeroBitCount : Self.control(base, raw &+ 64)
    let mnemonic = unsafe Self.behindTabs(base, rawEnd)
    guard hasAddress, mnemonic > rawEnd, unsafe Self.byte(base, mnemonic) > 0x20 else {
      position = unsafe Self.newline(base, start) &+ 1
      return .unknown
    }
    let rest = mnemonic &- raw < 64 ? mask.controls &>> UInt64(truncatingIfNeeded: mnemonic &- raw) : 0
    let end =
      unsafe rest != 0
      ? mnemonic &+ rest.trailingZeroBitCount : Self.control(base, max(mnemonic, raw &+ 64))
    let lineEnd =
      unsafe mask.newlines != 0 ? raw &+ mask.newlines.trailingZeroBitCount : Self.newline(base, end)
    instructions &+= 1
    rawDigits &+= rawEnd &- raw
    if rawEnd &- raw < 2 { hasAllBytes = false }
    if filter.isActive {
      let (rule, code, length) = unsafe filter.find(Self.word(base, mnemonic))
      // Not in turn, but all at once: which one lets a line through no processor foresees.
      let isKept =
        unsafe Self.bit(rule == .always) | Self.bit(rule == .ifStackPointer)
        & Self.namesSP(base, mnemonic &+ length, end, filter)
        | filter.keepsVectorPrefixes & Self.isVectorPrefix(base, raw)
        | Self.bit(instructions <= MnemonicFilter.keptFirst)
      if isKept == 0 {
        position = lineEnd &+ 1
        // Cheap to make whole again: only the last one of a function is.
        if unsafe Self.isLast(base, position) {
          guard unsafe cut(base, start, i, addressEnd, raw, rawEnd, mnemonic, end, &line) else {
            return .unknown
          }
          line.code = code
          line.mnemonicLength = UInt8(truncatingIfNeeded: length)
          passed = line
          if unsafe Self.byte(base, Self.behindTabs(base, end)) == 0x5b { hasRelocations = true }
        }
        return .passed
      }
      line.code = code
      line.mnemonicLength = UInt8(truncatingIfNeeded: length)
    }
    guard unsafe cut(base, start, i, addressEnd, raw, rawEnd, mnemonic, end, &line) else {
      position = unsafe Self.newline(base, start) &+ 1
      return .unknown
    }
    position = lineEnd &+ 1
    passed = nil
    i = unsafe Self.behindTabs(base, end)
    // A line's end, a carriage return, or the relocations of an object file.
    let behind = unsafe Self.byte(base, i)
    if behind == 0x5b { hasRelocations = true }
    return behind == 0x0a || behind == 0x0d || behind == 0x5b ? .instruction : .unknown
  }

  /// Whether what comes next is no instruction.
  @inline(__always)
  private static func isLast(_ base: UnsafeRawPointer, _ position: Int) -> Bool {
    unsafe word(base, position) & 0xffff != 0x2020
  }

  /// Cuts the line into its fields.
  @inline(__always)
  private func cut(
    _ base: UnsafeRawPointer, _ start: Int, _ address: Int, _ addressEnd: Int, _ raw: Int, _ rawEnd: Int,
    _ mnemonic: Int, _ end: Int, _ line: inout InstructionLine
  ) -> Bool {
    let (value, valueEnd) = unsafe Self.hexadecimal(base, address &+ 2)
    guard valueEnd == addressEnd else { return false }
    line.address = value
    line.source = addressOffset == 2 ? -1 : Int32(truncatingIfNeeded: start &+ 2)
    line.raw = Int32(truncatingIfNeeded: raw)
    line.length = UInt8(truncatingIfNeeded: (rawEnd &- raw) >> 1)
    line.mnemonic = Int32(truncatingIfNeeded: mnemonic)
    line.end = Int32(truncatingIfNeeded: end)
    return true
  }

  /// Finds where the address stands on a line whose source is not that of the line before.
  private mutating func findAddress(
    _ base: UnsafeRawPointer, _ start: Int, _ head: UInt64, _ address: inout Int
  ) -> Bool {
    var i = start &+ 2
    if (head >> 16) & 0xffff != 0x7830 {
      let end = unsafe Self.control(base, i)
      unsafe noteSource(base, i, end)
      i = unsafe Self.behindTabs(base, end)
    }
    guard unsafe Self.word(base, i) & 0xffff == 0x7830 else { return false }
    address = i
    addressOffset = i &- start
    // A line that is compared with this one may end sooner: what is read of it must lie within the padding.
    sourceHead = addressOffset <= Self.rememberedOffset ? head : 0
    // Before the first line of a text there is nothing to compare with.
    sourceTail = i >= 8 ? unsafe Self.word(base, i &- 8) : 0
    return true
  }

  /// Notes a source line, `main.go:12`, where it may be the last one of the function's own file.
  @inline(__always)
  private mutating func noteSource(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
    // Numbers without leading zeros are in order as their digits are: the highest first, shorter ones smaller.
    let tail = unsafe end >= 8 ? Self.word(base, end &- 8) : 0
    let others = tail ^ 0x3a3a_3a3a_3a3a_3a3a
    let low7: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
    let colons = ~(((others & low7) &+ low7) | others | low7)
    let bits = UInt64(truncatingIfNeeded: colons.leadingZeroBitCount)
    let key = tail.byteSwapped & ((1 &<< bits) &- 1)
    if colons == 0 || key > lastSourceKey { unsafe noteLater(base, start, end, key) }
  }

  /// Notes a source line if it is of the function's own file.
  private mutating func noteLater(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ key: UInt64) {
    let colon = start &+ file.count
    guard end > colon, unsafe Self.byte(base, colon) == 0x3a else { return }
    var k = 0
    while k &+ 8 <= file.count {
      if unsafe Self.word(base, start &+ k) != Self.word(base, file.lowerBound &+ k) { return }
      k &+= 8
    }
    let rest = unsafe Self.word(base, start &+ k) ^ Self.word(base, file.lowerBound &+ k)
    if rest &<< (64 &- 8 &* UInt64(file.count &- k)) != 0, k < file.count { return }
    var value: Int32 = 0
    for k in colon &+ 1..<end {
      let digit = unsafe Self.byte(base, k) &- 0x30
      guard digit < 10, value < 100_000_000 else { return }
      value = value &* 10 &+ Int32(digit)
    }
    guard value > lastSourceLine else { return }
    lastSourceLine = value
    lastSourceKey = unsafe Self.byte(base, colon &+ 1) == 0x30 ? 0 : key
  }

  /// Whether SP is the first or the last operand: 1 or 0.
  @inline(__always)
  private static func namesSP(
    _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ filter: borrowing MnemonicFilter
  ) -> UInt8 {
    unsafe bit(word(base, start) & filter.firstMask == filter.firstSP)
      | bit(word(base, end &- filter.lastLength) & filter.lastMask == filter.lastSP)
  }

  /// As ``AMD64``'s: the first byte of VEX or EVEX, `c4`, `c5`, `62`: 1 or 0.
  @inline(__always)
  private static func isVectorPrefix(_ base: UnsafeRawPointer, _ raw: Int) -> UInt8 {
    let pair = unsafe word(base, raw) & 0xffff
    return bit(pair == 0x3463) | bit(pair == 0x3563) | bit(pair == 0x3236)
  }

  @inline(__always)
  private static func bit(_ value: Bool) -> UInt8 { value ? 1 : 0 }

  // MARK: Words

  @inline(__always)
  private static func byte(_ base: UnsafeRawPointer, _ i: Int) -> UInt8 {
    unsafe base.load(fromByteOffset: i, as: UInt8.self)
  }

  @inline(__always)
  private static func word(_ base: UnsafeRawPointer, _ i: Int) -> UInt64 {
    unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: i, as: UInt64.self))
  }

  /// As ``Swift/Span/controlCharacter(from:)``.
  @inline(__always)
  private static func control(_ base: UnsafeRawPointer, _ start: Int) -> Int {
    var i = start
    while true {
      let w = unsafe word(base, i)
      let marks = (w &- 0x0e0e_0e0e_0e0e_0e0e) & ~w & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
  }

  @inline(__always)
  private static func newline(_ base: UnsafeRawPointer, _ start: Int) -> Int {
    var i = start
    while true {
      let w = unsafe word(base, i) ^ 0x0a0a_0a0a_0a0a_0a0a
      let marks = (w &- 0x0101_0101_0101_0101) & ~w & 0x8080_8080_8080_8080
      if marks != 0 { return i &+ marks.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
  }

  /// The offset of the first byte from `start` on that is no TAB.
  @inline(__always)
  private static func behindTabs(_ base: UnsafeRawPointer, _ start: Int) -> Int {
    var i = start
    while true {
      let others = unsafe word(base, i) ^ 0x0909_0909_0909_0909
      if others != 0 { return i &+ others.trailingZeroBitCount &>> 3 }
      i &+= 8
    }
  }

  /// As ``Swift/Span/hexadecimal(from:)``.
  @inline(__always)
  private static func hexadecimal(_ base: UnsafeRawPointer, _ start: Int) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var i = start
    while true {
      let (part, count) = unsafe hexDigits(in: word(base, i))
      value = value &<< (4 &* UInt64(truncatingIfNeeded: count)) | part
      i &+= count
      if count < 8 { return (value, i) }
    }
  }
}
