import ByteText
import ProgramModel

/// A listing as people and tools hand it on: quoted, indented, numbered, in a log or in colours, with blanks for TABs, in
/// UTF-16 or with HTML's entities. It is set again as the disassembler printed it, a line at a time, and then read as
/// usual.
///
/// A text is looked at once, where it begins, and one that stands as it was printed is not touched.
public struct Paste: Sendable {
  /// What was found around the lines, and in them.
  private struct Layers {
    var style = PasteCharacters.Style()
    var prefix: PastePrefix?
    /// Behind it come perf's columns.
    var isPerf = false
    var suffix: PasteSuffix
    /// Nil where the lines stand as they were printed, and only their characters do not.
    var writer: PasteWriter?
    var flaw: Flaw?

    /// Where a line itself stands.
    func own(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int> {
      let end = suffix.end(text, line)
      var start = prefix.flatMap { $0.end(text, line.lowerBound..<end) } ?? line.lowerBound
      if isPerf { start = PastePrefix.behindSamples(text, min(start, end)..<end) ?? start }
      return start..<max(start, end)
    }
  }

  /// A loss that nothing makes good. Its description says what helps.
  public enum Flaw: Sendable, CustomStringConvertible {
    /// Lines were broken at so many characters.
    case broken(Int)
    /// What lines had behind so many characters is gone.
    case cut(Int)
    /// Where TABs were there is nothing.
    case withoutTabs

    /// What is lost, and what helps, without the text's name.
    public var description: String {
      switch self {
      case .broken(let width):
        "a listing whose lines were broken at \(width) characters; copy it from a wider window, or save it to a file"
      case .cut(let width):
        "a listing whose lines were cut off at \(width) characters; copy it from a wider window, or save it to a file"
      case .withoutTabs:
        "a listing whose TABs were lost, so that its columns run together; copy it with blanks for them, or save it to "
          + "a file"
      }
    }
  }

  private let encoding: PasteEncoding
  /// Lines end in carriage returns alone.
  private let endsInReturns: Bool
  private var layers: Layers
  /// Bytes of a character, and a line, whose end has not come yet.
  private var rest: [UInt8] = []
  private var pending: [UInt8] = []
  private var plain: [UInt8] = []

  /// How many instructions are looked at, and how many lines.
  private static let instructionLimit = 400
  private static let lineLimit = 2000
  /// The longest line that is kept whole; a longer one is no listing's.
  private static let longLine = 1 << 20

  /// Looks at the beginning of a text.
  ///
  /// - Parameters:
  ///   - text: the beginning, with ``textPadding`` newlines behind it.
  ///   - end: where the padding begins.
  /// - Returns: nil for a text that is read as it stands.
  public init?(_ text: borrowing Span<UInt8>, end: Int) {
    encoding = PasteEncoding(text.extracting(0..<end))
    var decoded: [UInt8] = []
    encoding.decode(text.extracting(0..<(encoding == .utf8 ? 0 : end)), rest: &rest, into: &decoded)
    rest = []
    endsInReturns =
      encoding == .utf8 && text.newline(from: 0) >= end && text.firstOffset(of: 0x0d, in: 0..<end) != nil
    if endsInReturns { for i in 0..<end { decoded.append(text[i] == 0x0d ? 0x0a : text[i]) } }
    if encoding == .utf8, !endsInReturns {
      guard let found = Self.look(text, end) else { return nil }
      layers = found
    } else {
      let count = decoded.count
      decoded.append(contentsOf: repeatElement(0x0a, count: textPadding))
      layers = Self.look(decoded.span, count) ?? Layers(suffix: PasteSuffix(decoded.span, []))
    }
  }

  /// The reason why the text cannot be set as it was printed; nil for most.
  public var flaw: Flaw? { layers.flaw }

  /// Appends a piece of the text as it was printed.
  ///
  /// - Parameters:
  ///   - piece: the next bytes, cut anywhere.
  ///   - isLast: nothing follows.
  ///   - cleaned: gets whole lines; a last one without newline stays without.
  public mutating func clean(
    _ piece: borrowing Span<UInt8>, isLast: Bool, into cleaned: inout [UInt8]
  ) {
    let old = pending.count
    encoding.decode(piece, rest: &rest, into: &pending)
    if endsInReturns { for i in old..<pending.count where pending[i] == 0x0d { pending[i] = 0x0a } }
    var start = 0
    while let end = pending.span.firstOffset(of: 0x0a, from: start) {
      write(start..<end, into: &cleaned)
      cleaned.append(0x0a)
      start = end + 1
    }
    if isLast || pending.count - start > Self.longLine {
      write(start..<pending.count, into: &cleaned)
      start = pending.count
    }
    pending.removeSubrange(..<start)
  }

  private mutating func write(_ line: Range<Int>, into cleaned: inout [UInt8]) {
    var text: [UInt8] = []
    swap(&text, &plain)
    text.removeAll(keepingCapacity: true)
    PasteCharacters.plain(pending.span, line, layers.style, into: &text)
    let count = text.count
    for _ in 0..<16 { text.append(0x0a) }
    let own = layers.own(text.span, 0..<count)
    if layers.writer?.write(text.span, own, into: &cleaned) == nil { cleaned.append(text.span, own) }
    swap(&text, &plain)
  }

  // MARK: Looking

  /// The beginning of a text, without characters that are not the listing's.
  private struct Head {
    var text: [UInt8] = []
    /// The lines in it that are not empty, and where each stands in the text as it came.
    var lines: [(plain: Range<Int>, raw: Range<Int>)] = []
    var isChanged = false
  }

  private static func look(
    _ text: borrowing Span<UInt8>, _ end: Int
  ) -> Layers? {
    let style = PasteCharacters.Style(text, end)
    var head = Head()
    var tally = Tally()
    var start = 0
    while start < end, head.lines.count < lineLimit, tally.instructions < instructionLimit {
      let line = start..<min(text.newline(from: start), end)
      start = line.upperBound + 1
      let first = head.text.count
      if PasteCharacters.plain(text, line, style, into: &head.text) { head.isChanged = true }
      let plain = first..<head.text.count
      head.text.append(0x0a)
      guard !plain.isEmpty else { continue }
      head.lines.append((plain, line))
      head.text.append(contentsOf: repeatElement(0x0a, count: 16))
      tally.count(head.text.span, plain)
      head.text.removeLast(16)
    }
    head.text.append(contentsOf: repeatElement(0x0a, count: textPadding))
    return judge(text, head, style)
  }

  /// What may stand before every line, as those lines show that are known by their own words.
  private static func prefixes(_ head: Head, _ suffix: PasteSuffix) -> (found: [PastePrefix], isPerf: Bool) {
    let text = head.text.span
    var found: [PastePrefix] = []
    var isPerf = false
    for (line, _) in head.lines where found.count < 16 {
      let content = line.lowerBound..<suffix.end(text, line)
      var begin = Self.begin(text, content)
      if let perf = PastePrefix.perfBegins(text, content) { (begin, isPerf) = (perf, true) }
      guard let begin, begin > line.lowerBound else { continue }
      let prefix = PastePrefix(text, line.lowerBound..<begin)
      if !found.contains(prefix) { found.append(prefix) }
    }
    return (found, isPerf)
  }

  /// Where a listing's line begins that is known by its own words, wherever it stands.
  private static func begin(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Int? {
    if let start = PasteLine.goHeader(text, line) ?? PasteLine.binutilsHeader(text, line)
      ?? PasteLine.gdbHeader(text, line) ?? PasteLine.pprofHeader(text, line)
    {
      return start
    }
    // `0x0004 00004 (`, `0x49a900 <main.main>:`: the line's own indentation is not to be told from the paste's.
    if let start = PasteLine.lldbBegins(text, line) { return start }
    guard var start = text.firstOffset(of: "0x", in: line) ?? text.firstOffset(of: "0X", in: line) else {
      return nil
    }
    guard
      PasteLine.instruction(text, start..<line.upperBound, .compiler) != nil
        || PasteLine.instruction(text, start..<line.upperBound, .gdb) != nil
    else { return nil }
    func skipBlanks(_ text: borrowing Span<UInt8>) {
      while start > line.lowerBound, text[start - 1] <= 0x20 { start -= 1 }
    }
    skipBlanks(text)
    if start - 2 >= line.lowerBound, text.has("=>", at: start - 2) || text.has("->", at: start - 2) {
      start -= 2
      skipBlanks(text)
    }
    return start
  }

  /// How many lines are instructions of which form.
  private struct Tally {
    var counts: [PasteLine.Form: Int] = [:]
    var instructions = 0

    @discardableResult
    mutating func count(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> PasteLine.Form? {
      for form in PasteLine.Form.allCases where form != .delve {
        if PasteLine.instruction(text, line, form) == nil { continue }
        counts[form, default: 0] += 1
        instructions += 1
        return form
      }
      return nil
    }
  }

  private static func judge(
    _ raw: borrowing Span<UInt8>, _ head: Head, _ style: PasteCharacters.Style
  ) -> Layers? {
    let text = head.text.span
    var layers = Layers(style: style, suffix: PasteSuffix(text, head.lines.map(\.plain)))
    let prefixes = prefixes(head, layers.suffix)
    layers.isPerf = prefixes.isPerf
    for candidate in prefixes.found {
      var layered = layers
      layered.prefix = candidate
      if isOnLines(layered, head) {
        layers = layered
        break
      }
    }
    var tally = Tally()
    var look = Look()
    for (line, source) in head.lines {
      let own = layers.own(text, line)
      let form = tally.count(text, own)
      if let form {
        look.see(text, own, form)
        if !look.isDirty { look.compare(raw, source, form) }
      } else {
        look.see(header: text, own)
        if !look.isDirty { look.compare(header: raw, source) }
      }
      look.measure(text, line, own, form, isListing: form != nil || begin(text, own) == own.lowerBound)
    }
    guard var form = tally.counts.max(by: { $0.value < $1.value })?.key else {
      // No listing yet; perhaps it begins later, or its lines were cut off before any instruction.
      layers.flaw = look.flaw
      return head.isChanged || style.hasEntities || layers.flaw != nil ? layers : nil
    }
    if look.hasLLDBHeader, form == .gdb || form == .lldb { form = .lldb }
    if form == .go, look.isDelve { form = .delve }
    layers.flaw = look.flaw
    guard
      head.isChanged || style.hasEntities || layers.prefix != nil || layers.isPerf || !layers.suffix.isEmpty
        || layers.flaw != nil
        || look.isDirty || look.isUpper || form == .lldb || form == .pprof
    else { return nil }
    var writer = PasteWriter(form)
    writer.isUpper = look.isUpper
    writer.hasBytes = look.withBytes * 2 > look.all
    // Which machine it is of tells what stands behind a mnemonic.
    for usesTabs in [false, true] {
      writer.usesTabs = usesTabs
      var trial = writer
      var cleaned: [UInt8] = []
      for (line, _) in head.lines {
        trial.write(text, layers.own(text, line), into: &cleaned)
        cleaned.append(0x0a)
      }
      let count = cleaned.count
      cleaned.append(contentsOf: repeatElement(0x0a, count: textPadding))
      if case .found(let dialect) = DialectDetector.detect(cleaned.span, end: count) {
        writer.usesTabs = dialect.architecture != .amd64 && dialect.architecture != .i386
        break
      }
    }
    layers.writer = writer
    return layers
  }

  /// Whether a prefix stands before three of four lines, from the first that has it to the last: before a selection's
  /// first line it may be missing. A listing that a comment quotes has no more lines than the one around it.
  private static func isOnLines(_ layers: Layers, _ head: Head) -> Bool {
    guard let prefix = layers.prefix else { return false }
    let text = head.text.span
    var (count, first, last) = (0, 0, 0)
    var (with, without) = (Tally(), Tally())
    for (i, (line, _)) in head.lines.enumerated() {
      guard prefix.isOn(text, line) else {
        without.count(text, line)
        continue
      }
      if count == 0 { first = i }
      last = i
      count += 1
      with.count(text, layers.own(text, line))
    }
    if prefix.isIndentation { return count * 4 >= head.lines.count * 3 }
    return count * 4 >= (last - first + 1) * 3 && with.instructions > 0
      && with.instructions >= without.instructions
  }

  /// What the lines of a beginning show.
  private struct Look {
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
    /// Mnemonics that operands stand in.
    private var runTogether = 0

    /// What nothing makes good.
    var flaw: Flaw? {
      if torn.count > 1 { return .broken(torn.width) }
      if width >= 40, longest > 2, continued * 10 >= longest * 9 { return .broken(width) }
      if width >= 30, cut > 1 || endings.count > 3 { return .cut(width) }
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
      // As long as each other are jumps within a function, `<main.main+0x1a>`, and pprof's lines.
      if form != nil, form != .pprof, PasteLine.isWord(text[line.upperBound - 1]) {
        endings.insert(text.word(at: line.upperBound - 8) >> 32)
      }
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
}
