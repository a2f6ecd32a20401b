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
    /// A listing that does not name what is called: llvm-objdump's of s390x.
    case unnamedTargets
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
  private var gdbLines = 0
  private var delveLines = 0
  private var compilerLines = 0
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
  private var arm32Hints = 0
  private var riscv64Hints = 0
  private var loong64Hints = 0
  private var powerHints = 0
  private var zHints = 0
  private var otherHints: [String: Int] = [:]
  private var gnuComments = 0

  mutating func read(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    guard !line.isEmpty else { return }
    if readCompilers(text, line) { return }
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
    if !readGo(text, line), !readDebugger(text, line) { readBinutils(text, line) }
  }

  /// `=> 0x000000000049a904 <+4>:<TAB>jbe    0x49a9ca <main.main+202>` of gdb, and delve's
  /// `<TAB>main.go:12<TAB>0x49a904<TAB>0f86c0000000<TAB>jbe 0x49a9ca`.
  private mutating func readDebugger(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    if let found = GDBFunction.instruction(text, line) {
      gdbLines += 1
      noteBinutils(text, found.text)
    } else if let found = DelveLine(text, line) {
      delveLines += 1
      if text.firstOffset(of: "ptr [", in: found.text) != nil { intelRegisters += 1 }
      noteBinutils(text, found.text)
      noteGo(text, found.text)
    } else {
      return false
    }
    instructions += 1
    return true
  }

  /// `main.f STEXT size=92 …`, `<TAB>0x0004 00004 (/src/app/main.go:22)<TAB>JLS<TAB>81`
  private mutating func readCompilers(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    if text[line.lowerBound] != UInt8(ascii: "\t") {
      guard CompilerListing.header(text, at: line.lowerBound) != nil else { return false }
      compilerLines += 1
      return true
    }
    guard let instruction = CompilerListing.instruction(text, line) else { return false }
    compilerLines += 1
    instructions += 1
    let whole = instruction.mnemonic.lowerBound..<instruction.operands.upperBound
    func has(_ word: StaticString) -> Bool { text.firstOffset(of: word, in: whole) != nil }
    if has("RSP") || has("(g), R16") { armHints += 1 }
    if has("(R14)") || has("PUSHQ") || has("MOVQ\t") || has("LEAQ\t") || has("ADDQ\t") { amd64Hints += 1 }
    if has("(TLS*2), CX") || has("PUSHL") || has("LEAL\t") && has("SP)") || has(", SP") && has("SUBL\t") {
      i386Hints += 1
    }
    if has("8(g), R1") || has("(R13)") { arm32Hints += 1 }
    // How each one's split check begins, and how every function of it ends.
    if has("(g), X6") || has("JALR\tX0, X1") { riscv64Hints += 1 }
    if has("(g), R20") || has("JMP\t(R1)") { loong64Hints += 1 }
    if has("(g), R22") || has("JMP\tLR") { powerHints += 1 }
    if has("(g), R10") || has("JMP\tR14") { zHints += 1 }
    // Its split check begins as arm's.
    if has("SGTU\tR29") || has("JMP\t(R31)") { otherHints["mips", default: 0] += 1 }
    return true
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
    noteGo(text, mnemonic..<line.upperBound)
    return true
  }

  private mutating func noteGo(_ text: borrowing Span<UInt8>, _ instruction: Range<Int>) {
    let mnemonic = instruction.lowerBound
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
    if has("(X2)") || has("(X27)") || text.has("AUIPC ", at: mnemonic) { riscv64Hints += 1 }
    if has("MOVD LR,") || has("(R1)") && text.has("MOVDU", at: mnemonic) {
      otherHints["ppc64le", default: 0] += 1
    }
    if has("(R15)") || text.has("STMG ", at: mnemonic) { otherHints["s390x", default: 0] += 1 }
    if text.has("MOVV ", at: mnemonic) || text.has("ADDV ", at: mnemonic) { loong64Hints += 1 }
    // Conditions behind a dot, the link register and PC by number: `B.LS`, `MOVW.W R14, -8(R13)`, `ADD $0, R14, R15`.
    if text.has("B.", at: mnemonic) || has("MOVW.W R14,") || has(", R15") || has("RET #") { arm32Hints += 1 }
    if has(" // ") { gnuComments += 1 }
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
    noteBinutils(text, end..<line.upperBound)
  }

  private mutating func noteBinutils(_ text: borrowing Span<UInt8>, _ instruction: Range<Int>) {
    func has(_ word: StaticString) -> Bool { text.firstOffset(of: word, in: instruction) != nil }
    if has("%rsp") || has("%rax") || has("%rcx") || has("%rbp") || has("%eax") || has("%rdx") {
      percents += 1
    }
    if has(" rsp") || has("rax,") || has("rcx,") || has("rbp") || has("esp,") || has("PTR [") {
      intelRegisters += 1
    }
    if has("brasl") || has("stg\t%r") || has("lay\t%r15") { zHints += 1 }
    if has("mflr") || has("stdu") { powerHints += 1 }
    if has("x29, x30") || has("[x") || has("adrp") { armHints += 1 }
    if has("[sl, #8]") || has("[r10, #") || has("\tpc, ") || has("\tlr, [sp") { arm32Hints += 1 }
    if has("%rsp") || has("(%r") || has("[r") || has("rsp,") { amd64Hints += 1 }
    if has("%esp") || has("(%e") || has("[e") || has("esp,") { i386Hints += 1 }
    if has("$sp") { loong64Hints += 1 }
    if has("(sp)") || has("(s11)") || has("\tsp,") { riscv64Hints += 1 }
  }

  /// The compiler's own listing.
  private func compilersFinding() -> DialectDetector.Finding {
    guard instructions > 0 else { return .empty }
    let known = [
      (armHints, Architecture.arm64), (amd64Hints, .amd64), (i386Hints, .i386), (arm32Hints, .arm),
      (riscv64Hints, .riscv64), (loong64Hints, .loong64), (powerHints, .ppc64le), (zHints, .s390x),
    ].max { $0.0 < $1.0 }
    let other = otherHints.max { ($0.value, $1.key) < ($1.value, $0.key) }
    guard let known, known.0 > other?.value ?? 0 else {
      return .unknownArchitecture(other?.key ?? "an unknown machine")
    }
    var dialect = Dialect(disassembler: .go, architecture: known.1, syntax: .go)
    dialect.isCompilers = true
    return .found(dialect)
  }

  func finding(isNamedLater: Bool) -> DialectDetector.Finding {
    if max(gdbLines, delveLines) > max(goLines, binutilsLines) { return debuggerFinding }
    if compilerLines > max(goLines, binutilsLines) { return compilersFinding() }
    if goLines > binutilsLines {
      guard instructions > 0 else { return .empty }
      func found(_ architecture: Architecture) -> DialectDetector.Finding {
        var dialect = Dialect(disassembler: .go, architecture: architecture, syntax: .go)
        dialect.hasGNUComments = gnuComments * 2 > instructions
        return .found(dialect)
      }
      if max(riscv64Hints, loong64Hints) > amd64Hints {
        return found(riscv64Hints > loong64Hints ? .riscv64 : .loong64)
      }
      let other = otherHints.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
      if armHints > other?.value ?? 0, otherLengths == 0 { return found(.arm64) }
      if arm32Hints > amd64Hints + i386Hints, otherLengths == 0 { return found(.arm) }
      if amd64Hints > 0 || i386Hints > 0 { return found(i386Hints > amd64Hints ? .i386 : .amd64) }
      if let name = other?.key {
        return Architecture(rawValue: name).map(found) ?? .unknownArchitecture(name)
      }
      return found(otherLengths == 0 ? .arm64 : .amd64)
    }
    guard binutilsLines > 0 else { return format == nil ? .notAListing : .empty }
    if names > 0, names == unnamed, !isNamedLater { return .unnamed }
    let disassembler = isLLVM ? Disassembler.llvm : .gnu
    let isMachO = format?.contains("mach-o") ?? false
    func found(_ architecture: Architecture, _ syntax: Syntax) -> DialectDetector.Finding {
      var dialect = Dialect(
        disassembler: disassembler, architecture: architecture, syntax: syntax, hasUnderscores: isMachO)
      // GNU's name for it and LLVM's.
      dialect.isPE = format?.hasPrefix("pei-") == true || format?.hasPrefix("coff-") == true
      return .found(dialect)
    }
    let x86 = percents >= intelRegisters ? Syntax.att : .intel
    guard let format else {
      if zHints > 0, percents == 0 { return isLLVM ? .unnamedTargets : found(.s390x, .zarch) }
      if armHints + arm32Hints > 0, percents == 0, intelRegisters == 0 {
        return found(armHints > arm32Hints ? .arm64 : .arm, .arm)
      }
      if loong64Hints > 0, percents == 0, isLLVM { return found(.loong64, .risc) }
      if riscv64Hints > 0, percents == 0 { return found(.riscv64, .risc) }
      if percents > 0 || intelRegisters > 0 { return found(i386Hints > amd64Hints ? .i386 : .amd64, x86) }
      if powerHints > 0 { return found(.ppc64le, .power) }
      return .unknownArchitecture("an unknown machine")
    }
    if format.contains("aarch64") || format.contains("arm64") { return found(.arm64, .arm) }
    if format.contains("x86-64") || format.contains("x86_64") { return found(.amd64, x86) }
    if format.contains("i386") { return found(.i386, x86) }
    if format.contains("littlearm") { return found(.arm, .arm) }
    if format == "elf64-littleriscv" { return found(.riscv64, .risc) }
    // GNU's of binutils for LoongArch is not read.
    if format == "elf64-loongarch", isLLVM { return found(.loong64, .risc) }
    if format.contains("s390") {
      return isLLVM && !isNamedLater ? .unnamedTargets : found(.s390x, .zarch)
    }
    if format.contains("powerpcle") { return found(.ppc64le, .power) }
    return .unknownArchitecture(format)
  }

  /// Both are printed in one of several syntaxes, and no line says of which machine.
  private var debuggerFinding: DialectDetector.Finding {
    let isGDB = gdbLines > delveLines
    guard let (architecture, syntax) = isGDB ? gdbMachine : delveMachine else {
      return .unknownArchitecture("an unknown machine")
    }
    var dialect = Dialect(disassembler: .go, architecture: architecture, syntax: syntax)
    dialect.debugger = isGDB ? .gdb : .delve
    return .found(dialect)
  }

  /// Nil where it is not x86.
  private var x86Machine: (Architecture, Syntax)? {
    guard percents + intelRegisters > 0 else { return nil }
    return (i386Hints > amd64Hints ? .i386 : .amd64, percents >= intelRegisters ? .att : .intel)
  }

  private var gdbMachine: (Architecture, Syntax)? {
    if let x86Machine { return x86Machine }
    if zHints > 0 { return (.s390x, .zarch) }
    if armHints + arm32Hints > 0 { return (armHints > arm32Hints ? .arm64 : .arm, .arm) }
    if riscv64Hints > 0 { return (.riscv64, .risc) }
    return powerHints > 0 ? (.ppc64le, .power) : nil
  }

  private var delveMachine: (Architecture, Syntax)? {
    if let x86Machine { return x86Machine }
    if armHints > 0 { return (.arm64, .go) }
    return amd64Hints + i386Hints > 0 ? (i386Hints > amd64Hints ? .i386 : .amd64, .go) : nil
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
