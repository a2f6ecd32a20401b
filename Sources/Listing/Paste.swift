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
    if let start = PasteLine.lldbBegins(text, line) { return start }
    // `0x0004 00004 (`, `0x49a900 <main.main>:`: the line's own indentation is not to be told from the paste's.
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
    var look = PasteLook()
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
      look.measure(raw: raw, source, form)
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
}
