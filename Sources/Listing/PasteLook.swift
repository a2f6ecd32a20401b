import ByteText

/// What the first lines of a paste show: how they are set, and what of them is lost.
struct PasteLook {
  /// A line does not stand as its tool printed it.
  var isDirty = false
  var isUpper = false
  var hasLLDBHeader = false
  /// Signs of delve, which sets its lines as Go's objdump does: their number, and that of all such lines.
  private var delve = 0
  private var go = 0
  private var hasDelveMark = false
  var all = 0
  var withBytes = 0

  /// The characters of the longest lines, how many are as long, and how many of these another part follows.
  private var width = 0
  private var longest = 0
  private var continued = 0
  private var wasLongest = false
  /// The characters of instructions that are not whole, where another part follows, and how many in a row have as many:
  /// one alone may be damaged.
  private var torn = (width: 0, count: 0)
  /// How many of the longest lines are not whole.
  private var cut = 0
  /// The last four bytes of the longest instructions: few are as long as the longest, unless all longer ones were cut.
  private var endings: Set<UInt64> = []
  private var opened = 0
  /// The characters of the longest lines as they came, and of the longest of those instructions of debuggers and binutils
  /// that end in a blank, behind which operands stood, and how many these are. Other lines end so as well where all were
  /// filled up with blanks.
  private var rawWidth = 0
  private var bare = (width: 0, count: 0)
  private var isFilledUp = false
  /// Mnemonics that operands stand in.
  private var runTogether = 0

  /// What nothing makes good.
  var flaw: Paste.Flaw? {
    if torn.count > 1 { return .broken(torn.width) }
    if width >= 40, longest > 2, continued * 10 >= longest * 9 { return .broken(width) }
    if width >= 30, cut > 1 || endings.count > 3 { return .cut(width) }
    if rawWidth >= 30, bare.width == rawWidth, bare.count * 2 > all, !isFilledUp { return .cut(rawWidth) }
    return runTogether * 4 > all ? .withoutTabs : nil
  }

  /// - Parameters:
  ///   - line: with what the paste put around it, since a window breaks or cuts all of that.
  ///   - form: of the instruction that it is; nil for another line.
  ///   - isListing: it is an instruction, or a function's first line.
  mutating func measure(
    _ text: borrowing Span<UInt8>, _ line: Range<Int>, _ own: Range<Int>, _ form: PasteLine.Form?,
    isListing: Bool
  ) {
    let count = line.count { text[$0] & 0xc0 != 0x80 }
    if wasLongest, !isListing { continued += 1 }
    if opened > 0, !isListing, torn.count < 2 {
      torn = (opened, opened == torn.width ? torn.count + 1 : 1)
    }
    let isTorn = form.map { PasteLine.isTorn(text, own, $0) } ?? PasteLine.isTornHeader(text, own)
    opened = isListing && isTorn ? count : 0
    if count > width { (width, longest, continued, cut, endings) = (count, 0, 0, 0, []) }
    wasLongest = count == width
    guard wasLongest else { return }
    longest += 1
    if isTorn { cut += 1 }
    // As long as each other are jumps within a function, `<main.main+0x1a>`, pprof's lines, and those of Go's that GNU's
    // spelling stands behind.
    if form != nil, form != .pprof, PasteLine.isWord(text[line.upperBound - 1]),
      text.firstOffset(of: " // ", in: own) == nil
    {
      endings.insert(text.word(at: line.upperBound - 8) >> 32)
    }
  }

  /// Measures a line as it came, with the blanks at its end. Go's objdump itself fills its lines up.
  mutating func measure(raw: borrowing Span<UInt8>, _ line: Range<Int>, _ form: PasteLine.Form?) {
    var end = line.upperBound
    if end > line.lowerBound, raw[end - 1] == 0x0d { end -= 1 }
    let count = (line.lowerBound..<end).count { raw[$0] & 0xc0 != 0x80 }
    rawWidth = max(rawWidth, count)
    guard end > line.lowerBound, raw[end - 1] == 0x20 else { return }
    if form == nil { isFilledUp = true }
    guard form == .gdb || form == .binutils, count >= bare.width else { return }
    bare = (count, count == bare.width ? bare.count + 1 : 1)
  }

  var isDelve: Bool { hasDelveMark || delve * 2 > go }

  mutating func see(_ text: borrowing Span<UInt8>, _ line: Range<Int>, _ form: PasteLine.Form) {
    guard let found = PasteLine.instruction(text, line, form) else { return }
    all += 1
    let bytes = PasteLine.bytes(text, found.rest).bytes
    if !bytes.isEmpty { withBytes += 1 }
    let digits = form == .go ? found.rest.lowerBound..<PasteLine.hexEnd(text, found.rest.lowerBound) : bytes
    func isCapital(_ i: Int, _ text: borrowing Span<UInt8>) -> Bool { text[i] &- 0x41 < 6 }
    for i in found.address where isCapital(i, text) { isUpper = true }
    for i in digits where isCapital(i, text) { isUpper = true }
    if text.has("0X", at: found.address.lowerBound - 2)
      || text.firstOffset(of: "$0X", in: found.rest) != nil
      || text.firstOffset(of: " 0X", in: found.rest) != nil
    {
      isUpper = true
    }
    if form == .binutils || form == .gdb {
      let start = PasteLine.bytes(text, found.rest).end
      var i = start
      while i < line.upperBound, text[i] > 0x20 {
        let isOperand =
          text[i] == UInt8(ascii: "$") || text[i] == UInt8(ascii: "%") || text[i] == UInt8(ascii: ",")
          || text[i] == UInt8(ascii: "[") || text[i] == UInt8(ascii: "(")
        i += 1
        if isOperand {
          runTogether += 1
          break
        }
      }
    }
    guard form == .go else { return }
    go += 1
    if found.isCurrent || found.hasBreakpoint { hasDelveMark = true }
    let mnemonic = PasteLine.behindBlanks(text, digits.upperBound, found.rest.upperBound)
    if text[mnemonic] &- 0x61 < 26 { delve += 1 }
    let first = text[mnemonic]
    if first == UInt8(ascii: "J") || first == UInt8(ascii: "C"),
      text.has("CALL $", at: mnemonic)
        || first == UInt8(ascii: "J") && text.firstOffset(of: " $", in: found.rest) != nil
    {
      hasDelveMark = true
    }
  }

  mutating func see(header text: borrowing Span<UInt8>, _ line: Range<Int>) {
    if PasteLine.lldbHeader(text, line) != nil { hasLLDBHeader = true }
    guard let start = PasteLine.binutilsHeader(text, line) else { return }
    for i in start..<PasteLine.hexEnd(text, start) where text[i] &- 0x41 < 6 { isUpper = true }
  }

  /// Whether an instruction stands as its tool printed it.
  mutating func compare(_ raw: borrowing Span<UInt8>, _ line: Range<Int>, _ form: PasteLine.Form) {
    func isStrict(_ format: ListingFormat, _ raw: borrowing Span<UInt8>) -> Bool {
      if case .instruction = format.line(raw, line) { return true }
      return false
    }
    switch form {
    case .go:
      isDirty = !(isStrict(.go, raw) && !Self.hasBlankEnd(raw, line) || isStrict(.delve, raw))
    case .delve, .lldb, .pprof: break
    case .compiler: isDirty = !isStrict(.compiler, raw)
    case .gdb: isDirty = !isStrict(.gdb, raw) || PasteWriter.remark(raw, line) != nil
    case .binutils:
      isDirty =
        !isStrict(.binutils, raw) || raw.firstOffset(of: 0x09, in: line) == nil
        || PasteWriter.remark(raw, line) != nil
    }
  }

  /// Whether a function's first line stands as its tool printed it.
  mutating func compare(header raw: borrowing Span<UInt8>, _ line: Range<Int>) {
    var end = line.upperBound
    if end > line.lowerBound, raw[end - 1] == 0x0d { end -= 1 }
    let trimmed = PasteLine.trimmed(raw, line)
    let start = PasteLine.behindBlanks(raw, line.lowerBound, trimmed)
    let content = start..<trimmed
    guard start > line.lowerBound || trimmed < end else { return }
    isDirty =
      PasteLine.goHeader(raw, content) == start || PasteLine.binutilsHeader(raw, content) == start
      || PasteLine.gdbHeader(raw, content) == start || PasteLine.isCompilerHeader(raw, content)
  }

  private static func hasBlankEnd(_ raw: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    var end = line.upperBound
    if end > line.lowerBound, raw[end - 1] == 0x0d { end -= 1 }
    return end > line.lowerBound && raw[end - 1] == 0x20
  }
}
