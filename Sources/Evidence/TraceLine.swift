import ByteText
import ProgramModel

/// One line of a traceback, by its meaning (Go `runtime/traceback.go`: goroutineheader, traceback2,
/// printcreatedby1).
enum TraceLine {
  /// `goroutine 7 gp=0x… m=0 mp=0x… [chan receive, 5 minutes, locked to thread] {k: v}:`, `runtime stack:`
  case goroutine(Header)
  /// `main.two(0x1?)`; the name ends at the last parenthesis that opens.
  case function(name: Range<Int>, isInlined: Bool, argument: UInt64?)
  /// `goroutine profile: total 5`; false for the profile of something else, `threadcreate profile: total 8`.
  case profile(ofGoroutines: Bool)
  /// `2 @ 0x43ed16 0x44fdd2`; the addresses begin at an offset.
  case counted(Int, pcs: Int)
  /// `#\t0x4a1b44\tmain.worker+0x64\t/src/main.go:12`
  case profiled(name: Range<Int>, Place)
  /// `\tmain.go:72 +0x29 fp=0x… sp=0x… pc=0x…`
  case place(Place)
  /// gin's `/src/main.go:4 (0x45e1a0)` (gin-gonic/gin `recovery.go`, stack); its function comes next.
  case addressed(Place)
  /// `created by main.main in goroutine 1`
  case creator(name: Range<Int>, goroutine: UInt64?)
  /// `...5921262 frames elided...`, `...additional frames elided...`
  case elided(Int?)
  /// `[originating from goroutine 20]:`, before the stack of the go statement that started the goroutine
  /// (GODEBUG=tracebackancestors; Go `runtime/traceback.go`, printAncestorTraceback).
  case ancestor(UInt64)
  /// `\tgoroutine running on other thread; stack unavailable`
  case unavailable
  /// delve's `\t0  0x000000000048ec71 in runtime.gopark`, whose place comes next; its `stack` has no TAB.
  case numbered(index: Int, name: Range<Int>, pc: UInt64)
  /// A frame that is whole on one line.
  case listed(DebuggerLine)
  /// `rax    0x0`
  case register(name: Range<Int>, value: UInt64)
  case blank
  case other

  struct Header {
    var id: UInt64?
    var state: Range<Int>?
    var minutes: Int32 = 0
    var isLocked = false
    /// `gp=0x…` and `m=4`: its own address, and the thread that it is on; nil where none is printed, as before 1.23.
    var address: UInt64?
    var thread: Int32?
    var labels: Range<Int>?
    /// Where the frame begins that delve's list has of each goroutine, behind its number.
    var frame: Int?
  }

  struct Place {
    var file: Range<Int>
    var line: Int32
    var offset: UInt32?
    var fp, sp, pc: UInt64?
    /// It begins at a TAB or blanks, as the runtime prints it; where logs stripped them only a name before it tells.
    var isIndented = true
  }

  /// Reads a line without its end. What may have lost its TAB, or got blanks that nobody printed, is read all the same.
  init(_ text: Span<UInt8>) {
    guard let first = text.isEmpty ? nil : text[0] else {
      self = .blank
      return
    }
    self = .other
    if first == 0x09 || first == 0x20 || first == UInt8(ascii: "*"), readIndented(text) { return }
    var start = 0
    while start < text.count, text[start] == 0x09 || text[start] == 0x20 { start += 1 }
    guard start < text.count else {
      self = .blank
      return
    }
    if readWords(text, start) { return }
    if let found = Self.function(text, start) {
      self = .function(
        name: found.name, isInlined: found.isInlined, argument: Self.argument(text, found.name.upperBound))
    } else if let found = Self.register(text) {
      self = .register(name: found.name, value: found.value)
    } else if start == 0, let place = Self.addressed(text) {
      self = .addressed(place)
    } else if start == 0, var place = Self.place(text, from: 0) {
      place.isIndented = false
      self = .place(place)
    }
  }

  /// Whether it stands among a goroutine's frames, as the runtime prints them.
  var isOfGoroutine: Bool {
    switch self {
    case .function, .creator, .place, .addressed, .elided, .unavailable, .ancestor, .numbered, .listed,
      .profiled:
      true
    default: false
    }
  }

  /// Reads what stands behind a TAB or blanks: a place, or a debugger's line.
  private mutating func readIndented(_ text: Span<UInt8>) -> Bool {
    if let header = Self.delveHeader(text) {
      self = .goroutine(header)
    } else if let found = Self.numbered(text) {
      self = .numbered(index: found.index, name: found.name, pc: found.pc)
    } else if let frame = DebuggerLine(text) {
      self = .listed(frame)
    } else if let place = Self.place(text, from: 1),
      // Where a text was pasted its TABs are blanks.
      text[0] == 0x09 || place.offset != nil || place.pc != nil
        || text.extracting(place.file).ends(with: ".go")
    {
      self = .place(place)
    } else if text.has("goroutine running on other thread", at: text.skippingBlanks(0..<text.count)) {
      self = .unavailable
    } else {
      return false
    }
    return true
  }

  /// Reads a line that begins with a word of the runtime's own at an offset.
  private mutating func readWords(_ text: Span<UInt8>, _ start: Int) -> Bool {
    switch text[start] {
    case UInt8(ascii: "g"):
      if let header = Self.header(text, start) {
        self = .goroutine(header)
        return true
      }
      guard
        text.has("goroutine profile: total ", at: start)
          || text.has("goroutineleak profile: total ", at: start)
      else { return false }
      self = .profile(ofGoroutines: true)
    case UInt8(ascii: "t"):
      guard text.has("threadcreate profile: total ", at: start) else { return false }
      self = .profile(ofGoroutines: false)
    case UInt8(ascii: "r"):
      guard text.extracting(start..<text.count).equals("runtime stack:") else { return false }
      self = .goroutine(Header())
    case UInt8(ascii: "["):
      guard text.has("[originating from goroutine ", at: start), text.ends(with: "]:") else { return false }
      let (id, end) = text.decimal(from: start + 28)
      guard end > start + 28, end == text.count - 2, id < .max else { return false }
      self = .ancestor(UInt64(id))
    case UInt8(ascii: "."):
      guard text.has("...", at: start), text.ends(with: " frames elided...") else { return false }
      // More frames than a stack has bytes were never left out: how many they are is not known.
      let count = UInt32(exactly: text.decimal(from: start + 3).value).map(Int.init)
      self = .elided(text.has("...additional", at: start) ? nil : count)
    case UInt8(ascii: "#"):
      if let found = Self.profiled(text) {
        self = .profiled(name: found.name, found.place)
      } else if let frame = DebuggerLine(text) {
        self = .listed(frame)
      } else {
        return false
      }
    case 0x30...0x39:
      let (count, end) = text.decimal(from: start)
      if let found = Self.numbered(text) {
        self = .numbered(index: found.index, name: found.name, pc: found.pc)
        return true
      }
      if let frame = DebuggerLine(macOS: text) {
        self = .listed(frame)
        return true
      }
      // More goroutines than memory has room for are no count of them.
      guard text.has(" @ 0x", at: end), let count = Int32(exactly: count) else { return false }
      self = .counted(Int(count), pcs: end + 3)
    case UInt8(ascii: "c"):
      guard text.has("created by ", at: start) else { return false }
      self = Self.creator(text, start)
    default: return false
    }
    return true
  }

  private static func header(_ text: Span<UInt8>, _ start: Int) -> Header? {
    guard text.has("goroutine ", at: start) else { return nil }
    let (id, idEnd) = text.decimal(from: start + 10)
    guard idEnd > start + 10, let open = text.firstOffset(of: UInt8(ascii: "["), from: idEnd),
      text.ends(with: ":"),
      id < .max, open == idEnd + 1 || text.has(" gp=", at: idEnd)
    else { return nil }
    // A state holds no bracket, labels may.
    guard let close = text.firstOffset(of: UInt8(ascii: "]"), from: open) else { return nil }
    var header = Header(id: UInt64(id), state: open + 1..<close)
    if open > idEnd + 1, let blank = text.firstOffset(of: 0x20, from: idEnd + 6), blank < open {
      if text.has("0x", at: idEnd + 4) { header.address = text.hexadecimal(idEnd + 6..<blank) }
      let (thread, end) = text.decimal(from: blank + 3)
      if text.has(" m=", at: blank), end > blank + 3 { header.thread = Int32(exactly: thread) }
    }
    if text.has(" {", at: close + 1), text.ends(with: "}:") { header.labels = close + 3..<text.count - 2 }
    var start = open + 1
    var isFirst = true
    while start < close {
      let end = min(text.firstOffset(of: UInt8(ascii: ","), from: start) ?? close, close)
      if isFirst {
        header.state = start..<end
      } else if text.has(" locked to thread", at: start) {
        header.isLocked = true
      } else {
        let (minutes, digitsEnd) = text.decimal(from: start + 1)
        if text.has(" minutes", at: digitsEnd) { header.minutes = Int32(exactly: minutes) ?? 0 }
      }
      isFirst = false
      start = end + 1
    }
    return header
  }

  private static func function(_ text: Span<UInt8>, _ start: Int) -> (name: Range<Int>, isInlined: Bool)? {
    guard text[text.count - 1] == UInt8(ascii: ")"),
      let open = text.lastOffset(of: UInt8(ascii: "("), below: text.count - 1), open > start
    else { return nil }
    // Arguments are numbers in braces, or dots; what is none is a sentence that ends in parentheses.
    for i in open + 1..<text.count - 1 where !isArgument(text[i]) { return nil }
    guard isName(text, start..<open) else { return nil }
    return (start..<open, text.has("...)", at: open + 1))
  }

  /// Whether Go can name a function so: an import path, a dot and a name, or the name of assembly or C alone. Type
  /// arguments may hold anything, and so may a receiver of one: `F[struct { a int }]`.
  static func isName(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.isEmpty ? nil : text[range.lowerBound] else { return false }
    // A path may begin with a digit, `9fans.net/go/acme`, a name may not.
    var (hasDot, isInBrackets, isInParentheses, isWord) = (false, false, false, first &- 0x30 >= 10)
    for i in range {
      let byte = text[i]
      if !isInBrackets, isOfWord(byte) { continue }
      switch byte {
      case UInt8(ascii: "["): isInBrackets = true
      case UInt8(ascii: "]"): isInBrackets = false
      case _ where isInBrackets: continue
      case UInt8(ascii: "("):
        // A receiver's: only a pointer's has them.
        if isInParentheses || !text.has("*", at: i + 1) { return false }
        isInParentheses = true
      case UInt8(ascii: ")"):
        if !isInParentheses { return false }
        isInParentheses = false
      case UInt8(ascii: "."): hasDot = i > range.lowerBound
      // `type:.eq.main.T`, `go:main.inittasks`
      case UInt8(ascii: ":")
      where text.has("type:", at: range.lowerBound) || text.has("go:", at: range.lowerBound):
        continue
      case UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "~"),
        UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "$"):
        isWord = false
      default: return false
      }
    }
    return !isInBrackets && !isInParentheses && (hasDot || isWord)
  }

  @inline(__always)
  private static func isOfWord(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  /// The first argument: a number without a question mark.
  private static func argument(_ text: Span<UInt8>, _ open: Int) -> UInt64? {
    guard text.has("(0x", at: open) else { return nil }
    var end = open + 3
    while end < text.count, text[end] != UInt8(ascii: ","), text[end] != UInt8(ascii: ")") { end += 1 }
    return text.hexadecimal(open + 3..<end)
  }

  /// A frame of `debug=1` (`runtime/pprof/pprof.go`, printStackRecord), whose columns a tabwriter filled.
  private static func profiled(_ text: Span<UInt8>) -> (name: Range<Int>, place: Place)? {
    guard text.has("#\t0x", at: 0), let pcEnd = text.firstOffset(of: 0x09, from: 4),
      let pc = text.hexadecimal(4..<pcEnd)
    else {
      return nil
    }
    var start = pcEnd
    while start < text.count, text[start] == 0x09 { start += 1 }
    guard let tab = text.firstOffset(of: 0x09, from: start),
      let plus = text.lastOffset(of: UInt8(ascii: "+"), below: tab),
      plus > start,
      text.has("0x", at: plus + 1), let offset = text.hexadecimal(plus + 3..<tab)
    else { return nil }
    var file = tab
    while file < text.count, text[file] == 0x09 { file += 1 }
    guard let colon = text.lastOffset(of: UInt8(ascii: ":"), below: text.count), colon > file else {
      return nil
    }
    let (line, end) = text.decimal(from: colon + 1)
    guard end == text.count else { return nil }
    return (
      start..<plus,
      Place(
        file: file..<colon, line: Int32(exactly: line) ?? 0, offset: UInt32(exactly: offset), fp: nil,
        sp: nil,
        pc: pc)
    )
  }

  /// Whether a byte can stand in an argument list: `0x1?, {0x2, _}, ...`.
  private static func isArgument(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x66, 0x78, 0x2c, 0x20, 0x2e, 0x3f, 0x5f, 0x7b, 0x7d: true
    default: false
    }
  }

  /// From its end, since a path may hold anything.
  private static func place(_ text: Span<UInt8>, from first: Int) -> Place? {
    var end = text.count
    var values: (pc: UInt64?, sp: UInt64?, fp: UInt64?, offset: UInt64?)
    while let blank = text.lastOffset(of: 0x20, below: end) {
      if text.has("+0x", at: blank + 1) {
        guard let value = text.hexadecimal(blank + 4..<end) else { break }
        values.offset = value
      } else {
        guard text.has("p=0x", at: blank + 2) || text.has("pc=0x", at: blank + 1),
          let value = text.hexadecimal(blank + 6..<end)
        else { break }
        switch text[blank + 1] {
        case UInt8(ascii: "f"): values.fp = value
        case UInt8(ascii: "s"): values.sp = value
        default: values.pc = value
        }
      }
      end = blank
    }
    guard let colon = text.lastOffset(of: UInt8(ascii: ":"), below: end), colon > first else { return nil }
    let (line, lineEnd) = text.decimal(from: colon + 1)
    guard lineEnd == end, lineEnd > colon + 1 else { return nil }
    var start = first
    while start < colon, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    if start > first, text.has("at ", at: start) {
      // delve's `\t    at /src/main.go:12`.
      start += 3
    } else if text[0] == 0x09 {
      // Behind a TAB a path may begin with blanks.
      start = first
    }
    guard start < colon else { return nil }
    return Place(
      file: start..<colon, line: Int32(exactly: line) ?? 0,
      offset: values.offset.flatMap { UInt32(exactly: $0) },
      fp: values.fp, sp: values.sp, pc: values.pc)
  }

  private static func addressed(_ text: Span<UInt8>) -> Place? {
    guard text.ends(with: ")"), let open = text.lastOffset(of: " (0x", in: 0..<text.count),
      let pc = text.hexadecimal(open + 4..<text.count - 1),
      var place = place(text.extracting(0..<open), from: 0),
      text.extracting(place.file).ends(with: ".go") || text.extracting(place.file).ends(with: ".s")
    else { return nil }
    place.pc = pc
    return place
  }

  private static func creator(_ text: Span<UInt8>, _ first: Int) -> TraceLine {
    let start = first + 11
    var end = text.count
    if let blank = text.lastOffset(of: 0x20, below: end), blank - 13 > start,
      text.has(" in goroutine", at: blank - 13)
    {
      let (id, idEnd) = text.decimal(from: blank + 1)
      if idEnd == end {
        end = blank - 13
        return .creator(name: start..<end, goroutine: UInt64(id))
      }
    }
    // The line may end inside of those words.
    let words = Array(" in goroutine ".utf8)
    for count in stride(from: words.count - 1, through: 3, by: -1)
    where end - start > count && (0..<count).allSatisfy({ text[end - count + $0] == words[$0] }) {
      return .creator(name: start..<end - count, goroutine: nil)
    }
    return .creator(name: start..<end, goroutine: nil)
  }

  private static func register(_ text: Span<UInt8>) -> (name: Range<Int>, value: UInt64)? {
    var nameEnd = 0
    while nameEnd < text.count, nameEnd < 9, text[nameEnd] > 0x20 { nameEnd += 1 }
    var start = nameEnd
    while start < text.count, text[start] == 0x20 { start += 1 }
    guard nameEnd > 0, start > nameEnd, text.has("0x", at: start),
      let value = text.hexadecimal(start + 2..<text.count)
    else { return nil }
    return (0..<nameEnd, value)
  }
}
