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

  /// The instruction that was read last.
  private(set) var line = InstructionLine(address: 0, source: -1, raw: -1, mnemonic: 0, end: 0, length: 0)
  /// The last line of the function's file that was seen.
  private(set) var lastSourceLine: Int32 = 0
  /// How many instructions are kept whatever they are: a prologue is among the first.
  private static let keptFirst = 16
  /// Columns further to the right are not remembered. With the address and its TABs that is less than the padding.
  private static let rememberedOffset = textPadding - 64
  private var instructions = 0

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
  mutating func read(_ base: UnsafeRawPointer, _ position: inout Int, _ filter: borrowing MnemonicFilter)
    -> Kind
  {
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
    let rawEnd = unsafe Self.control(base, raw)
    let mnemonic = unsafe Self.behindTabs(base, rawEnd)
    guard hasAddress, mnemonic > rawEnd, unsafe Self.byte(base, mnemonic) > 0x20 else {
      position = unsafe Self.newline(base, start) &+ 1
      return .unknown
    }
    instructions &+= 1
    if filter.isActive {
      let (rule, code, length) = unsafe filter.find(
        Self.word(base, mnemonic), Self.word(base, mnemonic &+ 8))
      line.code = code
      line.mnemonicLength = UInt8(truncatingIfNeeded: length)
      if rule != .always, instructions > Self.keptFirst, unsafe !Self.isVectorPrefix(base, raw) {
        let end = unsafe Self.control(base, mnemonic &+ length)
        if unsafe rule == .never || !Self.namesSP(base, mnemonic &+ length, end) {
          position = unsafe Self.newline(base, end) &+ 1
          // Cheap to make whole again: only the last one of a function is.
          if unsafe Self.isLast(base, position) {
            guard unsafe cut(base, start, i, addressEnd, raw, rawEnd, mnemonic) else { return .unknown }
            passed = line
          }
          return .passed
        }
      }
    }
    guard unsafe cut(base, start, i, addressEnd, raw, rawEnd, mnemonic) else {
      position = unsafe Self.newline(base, start) &+ 1
      return .unknown
    }
    passed = nil
    i = unsafe Self.behindTabs(base, Int(line.end))
    if unsafe Self.byte(base, i) == 0x0a {
      position = i &+ 1
      return .instruction
    }
    position = unsafe Self.newline(base, i) &+ 1
    // A carriage return, or the relocations of an object file.
    return unsafe Self.byte(base, i) == 0x0d || Self.byte(base, i) == 0x5b ? .instruction : .unknown
  }

  /// Whether what comes next is no instruction.
  @inline(__always)
  private static func isLast(_ base: UnsafeRawPointer, _ position: Int) -> Bool {
    unsafe word(base, position) & 0xffff != 0x2020
  }

  /// Cuts the line into its fields.
  @inline(__always)
  private mutating func cut(
    _ base: UnsafeRawPointer, _ start: Int, _ address: Int, _ addressEnd: Int, _ raw: Int, _ rawEnd: Int,
    _ mnemonic: Int
  ) -> Bool {
    let (value, end) = unsafe Self.hexadecimal(base, address &+ 2)
    guard end == addressEnd else { return false }
    line.address = value
    line.source = addressOffset == 2 ? -1 : Int32(truncatingIfNeeded: start &+ 2)
    line.raw = Int32(truncatingIfNeeded: raw)
    line.length = UInt8(truncatingIfNeeded: (rawEnd &- raw) >> 1)
    line.mnemonic = Int32(truncatingIfNeeded: mnemonic)
    line.end = unsafe Int32(truncatingIfNeeded: Self.control(base, mnemonic))
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

  /// Notes a source line, `main.go:12`, of the function's own file.
  @inline(__always)
  private mutating func noteSource(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) {
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
    lastSourceLine = max(lastSourceLine, value)
  }

  /// Whether SP is the first or the last operand.
  @inline(__always)
  private static func namesSP(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Bool {
    unsafe word(base, start) & 0xffff_ffff == 0x2c50_5320  // " SP,"
      || word(base, end &- 3) & 0xffffff == 0x50_5320  // " SP"
  }

  /// As ``AMD64``'s: the first byte of VEX or EVEX, `c4`, `c5`, `62`.
  @inline(__always)
  private static func isVectorPrefix(_ base: UnsafeRawPointer, _ raw: Int) -> Bool {
    let pair = unsafe word(base, raw) & 0xffff
    return pair == 0x3463 || pair == 0x3563 || pair == 0x3236
  }

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

  /// A hexadecimal number in lower case, and where it ends.
  @inline(__always)
  private static func hexadecimal(_ base: UnsafeRawPointer, _ start: Int) -> (value: UInt64, end: Int) {
    let w = unsafe word(base, start)
    let marks = (w &- 0x0e0e_0e0e_0e0e_0e0e) & ~w & 0x8080_8080_8080_8080
    let digits = UInt64(marks.trailingZeroBitCount &>> 3)
    if marks != 0, digits > 0 {
      // All digits at once: moved up behind leading zeros, each byte made a nibble, nibbles packed in pairs.
      let bits = 8 &* (8 &- digits)
      let text = w &<< bits | (bits == 0 ? 0 : 0x3030_3030_3030_3030 &>> (64 &- bits))
      let letters = (text &>> 6) & 0x0101_0101_0101_0101
      let nibbles = (text & 0x0f0f_0f0f_0f0f_0f0f) &+ letters &* 9
      let highs = (text &>> 4) & 0x0f0f_0f0f_0f0f_0f0f
      let isHex =
        nibbles & 0xf0f0_f0f0_f0f0_f0f0 == 0 && highs == 0x0303_0303_0303_0303 &+ letters &* 3
        && ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101 == letters
      if isHex {
        let pairs = (nibbles &<< 4 | nibbles &>> 8) & 0x00ff_00ff_00ff_00ff
        let quads = (pairs &<< 8 | pairs &>> 16) & 0x0000_ffff_0000_ffff
        return ((quads &<< 16 | quads &>> 32) & 0xffff_ffff, start &+ Int(digits))
      }
    }
    var value: UInt64 = 0
    var i = start
    while true {
      let c = unsafe byte(base, i)
      let digit = c &- 0x30 < 10 ? c &- 0x30 : (c | 0x20) &- 0x61 < 6 ? (c | 0x20) &- 0x57 : 255
      if digit == 255 { return (value, i) }
      value = value &<< 4 | UInt64(digit)
      i &+= 1
    }
  }
}
