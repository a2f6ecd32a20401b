import ByteText

/// The beginning of a listing: which of its lines are instructions of which format.
struct ListingSample {
  /// How many instructions are looked at.
  private static let limit = 400

  /// Where an instruction's mnemonic and operands stand, and its bytes in hex where they stand in columns of their own.
  typealias Instruction = (text: Range<Int>, bytes: Range<Int>?)

  private(set) var instructions: [ListingFormat: [Instruction]] = [:]
  /// There is a function's first line, or the line that names the format of the file.
  private(set) var hasHead = false
  /// GNU's or LLVM's name for the format of the file that was listed: `elf64-x86-64`.
  private(set) var fileFormat: String?
  /// The lines are set as LLVM's objdump sets them.
  private(set) var isLLVM = false
  /// A function is named with its ABI, as 386 and arm, which have one, never do.
  private(set) var namesABI = false
  /// Whether addresses are printed with the eight digits of a machine of 32 bits, or with sixteen; nil where neither.
  private(set) var is32Bit: Bool?
  /// The number of functions of GNU's and LLVM's listings, and of those that have a section's name alone.
  private(set) var headers = (all: 0, unnamed: 0)

  /// - Parameters:
  ///   - text: the beginning, with ``textPadding`` newlines behind it.
  ///   - end: where the padding begins.
  init(_ text: borrowing Span<UInt8>, end: Int) {
    var count = 0
    var start = 0
    while start < end, count < Self.limit {
      let line = start..<min(text.newline(from: start), end)
      start = line.upperBound + 1
      if !line.isEmpty, read(text, line) { count += 1 }
    }
  }

  /// The format that most instructions are of; nil for none.
  var format: ListingFormat? {
    ListingFormat.allCases.max { instructions[$0]?.count ?? 0 < instructions[$1]?.count ?? 0 }
      .flatMap { instructions[$0] == nil ? nil : $0 }
  }

  /// - Returns: whether it is an instruction.
  private mutating func read(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Bool {
    for format in ListingFormat.allCases {
      switch format.line(text, line) {
      case .foreign: continue
      case .header:
        hasHead = true
        if text.firstOffset(of: ".abi0", in: line) != nil { namesABI = true }
        if format == .binutils { noteName(text, line) }
        return false
      case .instruction(let range, let bytes):
        // A blank before the bytes is LLVM's, a TAB GNU's.
        if fileFormat == nil, format == .binutils { isLLVM = text[range.lowerBound] == UInt8(ascii: " ") }
        instructions[format, default: []].append((range, bytes))
        return true
      }
    }
    let words: StaticString = "file format "
    if fileFormat == nil, let mark = text.firstOffset(of: words, in: line) {
      hasHead = true
      isLLVM = mark > line.lowerBound && text[mark - 1] == UInt8(ascii: "\t")
      var end = line.upperBound
      while end > mark, text[end - 1] <= 0x20 { end -= 1 }
      fileFormat = text.string(min(mark + words.utf8CodeUnitCount, end)..<end)
    }
    return false
  }

  private mutating func noteName(_ text: borrowing Span<UInt8>, _ line: Range<Int>) {
    guard let name = BinutilsDialect.header(text, at: line.lowerBound)?.name else { return }
    headers.all += 1
    is32Bit = text.hexadecimal(from: line.lowerBound).end - line.lowerBound == 8
    if name.count == 5, text.has(".text", at: name.lowerBound) { headers.unnamed += 1 }
  }
}
