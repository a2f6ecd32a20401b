import ProgramModel

/// Finds out from a listing's beginning who printed it, for which machine, and how operands are spelled.
public enum DialectDetector {
  /// What a listing's beginning says.
  public enum Finding: Sendable {
    case found(Dialect)
    /// A listing, of a machine that fathom does not read: the name that the listing gives it.
    case unknownArchitecture(String)
    /// A listing whose functions have no names: of a stripped binary.
    case unnamed
    /// A listing's frame without an instruction in it.
    case empty
    /// Nothing in it looks like objdump's output.
    case notAListing
  }

  /// How many instructions are looked at.
  private static let sample = 400

  /// - Parameters:
  ///   - text: the beginning of the listing, with ``textPadding`` newlines behind it.
  ///   - end: where the padding begins.
  ///   - isNamedLater: a listing without names is none of ``Finding/unnamed``: it will get them (``FunctionNames``).
  public static func detect(_ text: borrowing Span<UInt8>, end: Int, isNamedLater: Bool = false) -> Finding {
    var evidence = Evidence()
    var start = 0
    while start < end, evidence.instructions < sample {
      let lineEnd = min(text.newline(from: start), end)
      evidence.read(text, start..<lineEnd)
      start = lineEnd + 1
    }
    return evidence.finding(isNamedLater: isNamedLater)
  }
}

/// What the lines say, added up.
private struct Evidence {
  var instructions = 0
  private var goLines = 0
  private var binutilsLines = 0
  private var format: String?
  private var isLLVM = false
  private var names = 0
  private var unnamed = 0
  private var fourByteLines = 0
  private var otherLengths = 0
  private var percents = 0
  private var intelRegisters = 0
  private var armHints = 0
  private var amd64Hints = 0
  private var i386Hints = 0
  private var otherHints: [String: Int] = [:]
  private var gnuComments = 0

  mutating func read(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    guard !line.isEmpty else { return }
    if text[line.lowerBound] == UInt8(ascii: "T"), GoDialect.header(text, at: line.lowerBound) != nil {
      goLines += 1
      return
    }
    if BinutilsDialect.header(text, at: line.lowerBound) != nil {
      names += 1
      if let found = BinutilsDialect.header(text, at: line.lowerBound),
        text.has(".text", at: found.name.lowerBound),
        found.name.count == 5
      {
        unnamed += 1
      }
      return
    }
    if format == nil, let mark = text.firstOffset(of: "file format ", in: line) {
      format = string(text, mark + 12..<line.upperBound).trimmed
      isLLVM = mark > line.lowerBound && text[mark - 1] == UInt8(ascii: "\t")
      return
    }
    if !readGo(text, line) { readBinutils(text, line) }
  }

  /// `  main.go:12<TAB>0x49a900<TAB>493b6610<TAB>CMPQ SP, 0x10(R14)`
  private mutating func readGo(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    guard text.has("  ", at: line.lowerBound), let mark = text.firstOffset(of: "0x", in: line) else {
      return false
    }
    guard mark == line.lowerBound + 2 || text[mark - 1] == UInt8(ascii: "\t") else { return false }
    let (_, addressEnd) = text.hexadecimal(from: mark + 2)
    guard text[addressEnd] == UInt8(ascii: "\t") else { return false }
    var raw = addressEnd
    while text[raw] == UInt8(ascii: "\t") { raw += 1 }
    let rawEnd = text.controlCharacter(from: raw)
    var mnemonic = rawEnd
    while text[mnemonic] == UInt8(ascii: "\t") { mnemonic += 1 }
    guard mnemonic < line.upperBound else { return false }
    goLines += 1
    instructions += 1
    if rawEnd - raw == 8 { fourByteLines += 1 } else { otherLengths += 1 }
    let instruction = mnemonic..<line.upperBound
    func has(_ word: StaticString) -> Bool { text.firstOffset(of: word, in: instruction) != nil }
    if has("RSP") || has("(R28)") || text.has("ADRP ", at: mnemonic) { armHints += 1 }
    if has("PUSHQ ") || has("MOVQ ") || has("SUBQ ") || has("LEAQ ") || has("CMPQ ") || has("TESTQ ") {
      amd64Hints += 1
    } else if has("GS:0,") || has("PUSHL ") || has("CMPL SP,") || has("MOVL SP,")
      || has("LEAL ") && has("(SP)")
      || has(", SP") && (has("SUBL ") || has("ADDL "))
    {
      i386Hints += 1
    }
    if has("(X2)") || has("(X27)") || text.has("AUIPC ", at: mnemonic) {
      otherHints["riscv64", default: 0] += 1
    }
    if has("MOVD LR,") || has("(R1)") && text.has("MOVDU", at: mnemonic) {
      otherHints["ppc64le", default: 0] += 1
    }
    if has("(R15)") || text.has("STMG ", at: mnemonic) { otherHints["s390x", default: 0] += 1 }
    if text.has("MOVV ", at: mnemonic) || text.has("ADDV ", at: mnemonic) {
      otherHints["loong64", default: 0] += 1
    }
    if has("(R13)") { otherHints["arm", default: 0] += 1 }
    if has(" // ") { gnuComments += 1 }
    return true
  }

  /// `  401000:<TAB>49 3b 66 10 <TAB>cmp    0x10(%r14),%rsp`
  private mutating func readBinutils(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    var i = line.lowerBound
    while text[i] == UInt8(ascii: " ") { i += 1 }
    let (_, end) = text.hexadecimal(from: i)
    guard end > i, text[end] == UInt8(ascii: ":") else { return }
    let next = text[end + 1]
    guard next == UInt8(ascii: "\t") || next == UInt8(ascii: " ") else { return }
    binutilsLines += 1
    instructions += 1
    if format == nil { isLLVM = next == UInt8(ascii: " ") }
    func has(_ word: StaticString) -> Bool { text.firstOffset(of: word, in: end..<line.upperBound) != nil }
    if has("%rsp") || has("%rax") || has("%rcx") || has("%rbp") || has("%eax") || has("%rdx") {
      percents += 1
    }
    if has(" rsp") || has("rax,") || has("rcx,") || has("rbp") || has("esp,") || has("PTR [") {
      intelRegisters += 1
    }
    if has("x29, x30") || has("[x") || has("adrp") { armHints += 1 }
    if has("%rsp") || has("(%r") || has("[r") || has("rsp,") { amd64Hints += 1 }
    if has("%esp") || has("(%e") || has("[e") || has("esp,") { i386Hints += 1 }
  }

  func finding(isNamedLater: Bool) -> DialectDetector.Finding {
    if goLines > binutilsLines {
      guard instructions > 0 else { return .empty }
      if armHints > 0, otherLengths == 0 {
        return .found(Dialect(disassembler: .go, architecture: .arm64, syntax: .go))
      }
      if amd64Hints > 0 || i386Hints > 0 {
        let architecture = i386Hints > amd64Hints ? Architecture.i386 : .amd64
        var dialect = Dialect(disassembler: .go, architecture: architecture, syntax: .go)
        dialect.hasGNUComments = gnuComments * 2 > instructions
        return .found(dialect)
      }
      if let name = otherHints.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key {
        return .unknownArchitecture(name)
      }
      return .found(
        Dialect(disassembler: .go, architecture: otherLengths == 0 ? .arm64 : .amd64, syntax: .go))
    }
    guard binutilsLines > 0 else { return format == nil ? .notAListing : .empty }
    if names > 0, names == unnamed, !isNamedLater { return .unnamed }
    let disassembler = isLLVM ? Disassembler.llvm : .gnu
    let isMachO = format?.contains("mach-o") ?? false
    func found(_ architecture: Architecture, _ syntax: Syntax) -> DialectDetector.Finding {
      .found(
        Dialect(
          disassembler: disassembler, architecture: architecture, syntax: syntax, hasUnderscores: isMachO))
    }
    let x86 = percents >= intelRegisters ? Syntax.att : .intel
    guard let format else {
      if armHints > 0, percents == 0, intelRegisters == 0 { return found(.arm64, .arm) }
      if percents > 0 || intelRegisters > 0 { return found(i386Hints > amd64Hints ? .i386 : .amd64, x86) }
      return .unknownArchitecture("an unknown machine")
    }
    if format.contains("aarch64") || format.contains("arm64") { return found(.arm64, .arm) }
    if format.contains("x86-64") || format.contains("x86_64") { return found(.amd64, x86) }
    if format.contains("i386") { return found(.i386, x86) }
    return .unknownArchitecture(format)
  }

  private func string(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for i in range { bytes.append(text[i]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
