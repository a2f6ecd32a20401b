import ByteText
import ProgramModel

extension CompilerListing {
  /// Writes a function as Go's objdump prints it.
  func write(_ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]) {
    var function = function
    setLengths(&function, text)
    // Cut before its first line.
    guard !function.source.isEmpty else { return }
    out.append(contentsOf: "TEXT ".utf8)
    append(text, function.name, &out)
    out.append(contentsOf: "(SB) ".utf8)
    append(text, function.source.lowerBound..<colon(text, function.source), &out)
    // Behind the file, where objdump prints nothing.
    let isElided = function.isElided || function.lacksSymbols(text)
    if let stated = isElided ? Self.elided : stated(function, text) {
      out.append(UInt8(ascii: "\t"))
      appendDecimal(stated, &out)
      // Arm's constants stand behind its code; on others it is padding that is counted as well.
      if architecture == .arm, let last = function.instructions.last,
        text.has("WORD\t", at: last.mnemonic.lowerBound)
      {
        out.append(UInt8(ascii: " "))
        appendDecimal(Int64(clamping: function.size), &out)
      }
    }
    out.append(0x0a)
    var prefix: Instruction?
    for instruction in function.instructions where instruction.length > 0 {
      if isX86, isPrefix(text, instruction.mnemonic) {
        prefix = instruction
        continue
      }
      switch architecture {
      case .arm64: writeARM64(instruction, function, text, &out)
      case .arm: writeARM(instruction, function, text, &out)
      case .riscv64: writeRISCV64(instruction, function, text, &out)
      case .loong64: writeLOONG64(instruction, function, text, &out)
      case .ppc64le: writePPC64(instruction, function, text, &out)
      case .s390x: writeS390X(instruction, function, text, &out)
      case .amd64, .i386: writeX86(instruction, prefix: prefix, function, text, &out)
      }
      prefix = nil
    }
  }

  /// Stands in the place of a frame: instructions are missing.
  static let elided: Int64 = -2

  /// The most bytes of an instruction. On machines other than x86 the assembler makes several of one: up to four, on
  /// s390x more for a product's upper half.
  private var longest: Int { isX86 ? 15 : architecture == .s390x ? 40 : 16 }

  /// No instruction is so long, and lengths are added up.
  private static var lengthLimit: UInt64 { 1 << 16 }

  /// Finds where each instruction ends, and what TEXT says.
  private func setLengths(_ function: inout Function, _ text: borrowing Span<UInt8>) {
    for i in function.instructions.indices {
      // The line table goes on with the line before there (Go `cmd/internal/obj/pcln.go`, pctofileline).
      if i > 0, text.has("<unknown line number>", at: function.instructions[i].source.lowerBound) {
        function.instructions[i].source = function.instructions[i - 1].source
      }
      let instruction = function.instructions[i]
      if i + 1 < function.instructions.count {
        let next = function.instructions[i + 1].offset
        function.instructions[i].length =
          next > instruction.offset ? Int(min(next - instruction.offset, Self.lengthLimit)) : 0
        if function.instructions[i].length > longest,
          !text.has("PCALIGN", at: instruction.mnemonic.lowerBound)
        {
          function.isElided = true
        }
      } else if function.size > instruction.offset {
        // On arm64 and s390x padding is counted with the function.
        let rest = Int(min(function.size - instruction.offset, Self.lengthLimit))
        let length = architecture == .s390x ? s390xLength(instruction, text) : 4
        function.instructions[i].length = isX86 ? rest : min(length, rest)
      }
      if architecture == .arm, text.has("WORD\t", at: instruction.mnemonic.lowerBound) {
        function.words[text.string(instruction.operands), default: []].append(instruction.offset)
      }
      guard function.source.isEmpty, text.has("TEXT\t", at: instruction.mnemonic.lowerBound) else { continue }
      function.source = instruction.source
      if let mark = text.lastOffset(of: ", $", in: instruction.operands) {
        function.statement = mark + 3..<instruction.operands.upperBound
        function.frame = OperandText.number(text, mark + 3)?.value ?? 0
      }
    }
  }

  /// The frame that the listing states in two places; -1 where they differ, nil where there is none to be held against
  /// the code: assembly moves SP besides.
  private func stated(_ function: Function, _ text: borrowing Span<UInt8>) -> Int64? {
    guard !function.statement.isEmpty,
      !text.has(".s", at: colon(text, function.source) - 2)
    else { return nil }
    guard let dash = text.lastOffset(of: "-", in: function.statement), locals(function) == function.locals,
      OperandText.number(text, dash + 1)?.value == function.arguments
    else { return -1 }
    return wholeFrame(function)
  }

  /// Returns `locals=` by TEXT. On most machines TEXT counts the bytes that calls save (the link register,
  /// and what is beside it) and `locals=` does not. On arm and loong64 neither does, and TEXT is -4 or -8 if
  /// there are none. On riscv64 `locals=` does and TEXT does not.
  private func locals(_ function: Function) -> Int64 {
    switch architecture {
    case .amd64, .i386, .arm, .loong64: max(0, function.frame)
    case .arm64, .ppc64le, .s390x: max(0, function.frame &- Int64(architecture.argumentOffset))
    // A leaf without locals has no frame. TEXT says 0 then, and of others that have none.
    case .riscv64:
      function.frame <= 0 && function.locals == 0 ? 0 : function.frame &+ Int64(architecture.argumentOffset)
    }
  }

  /// By how much SP is moved.
  func wholeFrame(_ function: Function) -> Int64 {
    switch architecture {
    case .arm, .loong64: function.frame &+ Int64(architecture.argumentOffset)
    case .riscv64: function.locals
    case .amd64, .i386, .arm64, .ppc64le, .s390x: function.frame
    }
  }

  private var isX86: Bool { architecture == .amd64 || architecture == .i386 }

  private func isPrefix(_ text: borrowing Span<UInt8>, _ mnemonic: Range<Int>) -> Bool {
    mnemonic.count == 4 && text.has("LOCK", at: mnemonic.lowerBound)
      || mnemonic.count == 3 && text.has("REP", at: mnemonic.lowerBound)
      || mnemonic.count == 4 && text.has("REPN", at: mnemonic.lowerBound)
  }

  // MARK: Parts of a line

  /// `  main.go:22<TAB>0x49a900<TAB>ffffffff<TAB>`: nothing is read from the bytes, only how many there are.
  func begin(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    var file = instruction.source.lowerBound
    if let slash = text.lastOffset(of: "/", in: instruction.source) { file = slash + 1 }
    out.append(contentsOf: "  ".utf8)
    append(text, file..<instruction.source.upperBound, &out)
    out.append(UInt8(ascii: "\t"))
    appendAddress(function.entry &+ instruction.offset, &out)
    out.append(UInt8(ascii: "\t"))
    out.append(contentsOf: repeatElement(UInt8(ascii: "f"), count: min(instruction.length, 16) * 2))
    out.append(UInt8(ascii: "\t"))
  }

  /// All words of an instruction but the last one, which is left.
  func beginning(_ instruction: inout Instruction) -> Instruction {
    var first = instruction
    // A listing may say that an instruction has no bytes at all.
    first.length = max(0, instruction.length - 4)
    instruction.offset &+= UInt64(first.length)
    instruction.length = 4
    return first
  }

  func isImmediate(_ text: borrowing Span<UInt8>, _ operand: Range<Int>) -> Bool {
    text[operand.lowerBound] == UInt8(ascii: "$")
  }

  /// The operands, where they stand between their commas.
  func operands(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
    var all: [Range<Int>] = []
    var start = range.lowerBound
    var depth = 0
    var isQuoted = false
    var i = start
    while i < range.upperBound {
      let byte = text[i]
      i += 1
      if isQuoted {
        if byte == UInt8(ascii: "\\") { i += 1 }
        if byte == UInt8(ascii: "\"") { isQuoted = false }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0 && text[i] == UInt8(ascii: " "):
        all.append(start..<i - 1)
        start = i + 1
      default: break
      }
    }
    if start < range.upperBound { all.append(start..<range.upperBound) }
    return all
  }

  /// A branch's target counts from the function's first instruction: its address.
  func target(_ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function) -> UInt64? {
    let (value, end) = text.decimal(from: operand.lowerBound)
    return end == operand.upperBound && !operand.isEmpty ? function.entry &+ UInt64(bitPattern: value) : nil
  }

  /// A variable's place, `main.buf-2048(SP)`, `main.n(FP)`: its offset there and where `(SP)` begins; nil for others.
  func variable(_ text: borrowing Span<UInt8>, _ operand: Range<Int>, base: StaticString = "(SP)") -> (
    offset: Int64, open: Int, isArgument: Bool
  )? {
    let first = text[operand.lowerBound]
    guard first != UInt8(ascii: "("), first != UInt8(ascii: "-"), first &- 0x30 >= 10 else { return nil }
    let isArgument = text.firstOffset(of: "(FP)", in: operand) != nil
    guard let open = text.firstOffset(of: isArgument ? "(FP)" : base, in: operand) else { return nil }
    var i = open
    while i > operand.lowerBound, text[i - 1] &- 0x30 < 10 { i -= 1 }
    guard i > operand.lowerBound else { return nil }
    let sign = text[i - 1]
    guard i < open, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return (0, open, isArgument)
    }
    let value = text.decimal(from: i).value
    return (sign == UInt8(ascii: "-") ? -value : value, open, isArgument)
  }

  /// Where the file ends in `/src/app/main.go:22`.
  private func colon(_ text: borrowing Span<UInt8>, _ source: Range<Int>) -> Int {
    text.lastOffset(of: ":", in: source) ?? source.upperBound
  }

  func append(_ text: borrowing Span<UInt8>, _ range: Range<Int>, _ out: inout [UInt8]) {
    unsafe text.extracting(range).withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
  }

  func appendDecimal(_ value: Int64, _ out: inout [UInt8]) { out.append(contentsOf: String(value).utf8) }

  func appendAddress(_ value: UInt64, _ out: inout [UInt8]) {
    out.append(contentsOf: "0x".utf8)
    out.append(contentsOf: String(value, radix: 16).utf8)
  }
}
