import ByteText
import ProgramModel

/// One instruction of a listing, cut into its fields. Offsets are into the text that holds it.
public struct InstructionLine: Sendable {
  /// Where the instruction stands in memory.
  public var address: UInt64
  /// `file:line`, or -1 where the dialect prints none.
  public var source: Int32
  /// The bytes of the instruction in hex, or -1 where they are not printed.
  public var raw: Int32
  /// The first letter of the mnemonic.
  public var mnemonic: Int32
  /// The end of the operands: of the line, less blanks (Go) or nothing (GNU, LLVM: a comment may follow).
  public var end: Int32
  /// How many bytes the instruction has; 0 where the listing does not say.
  public var length: UInt8
  /// The class that the filter noted for the mnemonic; 0 without a filter.
  public var code: UInt8 = 0
  /// How long the mnemonic is; 0 without a filter.
  public var mnemonicLength: UInt8 = 0

  /// One to be filled.
  init() { self.init(address: 0, source: -1, raw: -1, mnemonic: 0, end: 0, length: 0) }

  /// A line with all its fields.
  @inlinable
  public init(address: UInt64, source: Int32, raw: Int32, mnemonic: Int32, end: Int32, length: UInt8) {
    self.address = address
    self.source = source
    self.raw = raw
    self.mnemonic = mnemonic
    self.end = end
    self.length = length
  }
}

extension InstructionLine {
  /// The word of an instruction of four bytes; nil where it is not printed.
  ///
  /// LLVM prints the words that it does not know, and before 15 all of them, in the order of memory: `c0 0f ff ff`.
  public func word(_ text: borrowing Span<UInt8>) -> UInt32? {
    guard raw >= 0, length == 4 else { return nil }
    let start = Int(raw)
    let (value, end) = text.hexadecimal(from: start)
    if end - start == 8 { return UInt32(truncatingIfNeeded: value) }
    var word: UInt32 = 0
    for k in 0..<4 {
      word |= UInt32(truncatingIfNeeded: text.hexadecimal(from: start + 3 * k).value) << UInt32(8 * k)
    }
    return word
  }
}

/// One function of a listing: what a dialect makes of text, and all that an architecture sees of it.
///
/// A reader fills the same value again for each function, so that no line costs an allocation.
public struct FunctionText: Sendable {
  /// The symbol.
  public var name: Range<Int> = 0..<0
  /// The source file; empty where the dialect prints none.
  public var file: Range<Int> = 0..<0
  /// The address of the first instruction.
  public var entry: UInt64 = 0
  /// Its instructions, in the order of the text.
  public var lines: [InstructionLine] = []
  /// Constants that stood among them, as a disassembler takes their words for instructions (arm), by rising address.
  public var literals: [InstructionLine] = []
  /// A constant that is loaded stands behind the last line: the text was cut.
  public var lacksLiterals = false
  /// The listing begins inside this function: it is no whole one.
  public var startsMidway = false
  /// It has more instructions than are kept.
  public var isTooLarge = false
  /// Lines of zero bytes that GNU's objdump prints as `...`.
  public var elidesZeros: Bool { !zeros.isEmpty }
  /// How many instructions stand before each of them, rising.
  var zeros: [Int] = []
  /// They are the last lines.
  public var endsInZeros = false
  /// Instructions are missing among its lines: their addresses and lengths do not follow on each other.
  public var isElided = false
  /// Source stands between its instructions.
  var hasSource = false
  /// The name of a file format of another machine, which stands before the function or in it; empty for none.
  public var otherFormat: Range<Int> = 0..<0
  /// Where its lines stand in the text, header left out.
  public var range: Range<Int> = 0..<0
  /// ``lines`` holds the first lines, the last one, and of the others those that a filter let through.
  public var isFiltered = false
  /// Relocations stand behind instructions: it is an object file's.
  public var hasRelocations = false
  /// The last line of the source file `file` that an instruction comes from; 0 where none is known.
  public var lastSourceLine: Int32 = 0
  /// The bytes of the frame as the compiler's listing states it, -1 where it contradicts itself; nil in all others.
  public var statedFrame: Int?
  /// How many bytes it has, constants behind its code included, as the compiler's listing of arm states it.
  public var statedSize: Int?
  /// What a profile has of it, `1.55s 1.82s`: its own code's samples, and those with all that it calls; empty in all
  /// other listings.
  public var samples: Range<Int> = 0..<0
  /// Where the function that comes next begins, where the listing says so.
  public var nextEntry: UInt64?

  /// An empty one, to be filled.
  public init() {}

  /// Empties it for the next function.
  public mutating func reset() {
    name = 0..<0
    file = 0..<0
    entry = 0
    lines.removeAll(keepingCapacity: true)
    literals.removeAll(keepingCapacity: true)
    lacksLiterals = false
    startsMidway = false
    isTooLarge = false
    zeros.removeAll(keepingCapacity: true)
    endsInZeros = false
    isElided = false
    hasSource = false
    otherFormat = 0..<0
    nextEntry = nil
    statedFrame = nil
    statedSize = nil
    samples = 0..<0
    range = 0..<0
    isFiltered = false
    hasRelocations = false
    lastSourceLine = 0
  }

  /// The bytes from the first instruction to the end of the last one; nil where the text does not say it, or lines were
  /// left out by it.
  var span: Int? {
    guard let first = lines.first, let last = lines.last, last.length > 0, last.address >= first.address,
      !isTooLarge, !elidesZeros
    else { return nil }
    return Int(clamping: last.address - first.address) &+ Int(last.length)
  }

  /// Whether instructions are missing: one has bytes, and the next one's address is not behind them; or it has none, and
  /// the next one is farther away than an instruction can be long, or nearer.
  func hasGap(_ lengths: ClosedRange<Int>, multipleOf unit: Int) -> Bool {
    guard !isTooLarge, let first = lines.first else { return false }
    if entry != first.address, zeros.first != 0 { return true }
    let all = lines.span
    var next = 0
    for i in all.indices.dropLast() {
      let step = Int(clamping: Int64(bitPattern: all[i + 1].address &- all[i].address))
      let length = Int(all[i].length)
      if length > 0 ? step == length : lengths.contains(step) && step % unit == 0 { continue }
      while next < zeros.count, zeros[next] <= i { next += 1 }
      if next == zeros.count || zeros[next] != i + 1 { return true }
    }
    return false
  }

  /// Takes GNU's spelling from the ends of its lines, where `go tool objdump -gnu` puts it: `RET    // ret`.
  public mutating func cutComments(_ text: borrowing Span<UInt8>) {
    for i in lines.indices {
      let start = Int(lines[i].mnemonic)
      guard var end = text.firstOffset(of: " // ", in: start..<Int(lines[i].end)) else { continue }
      while end > start, text[end - 1] <= 0x20 { end -= 1 }
      lines[i].end = Int32(truncatingIfNeeded: end)
    }
  }

  /// The constant that stood at an address.
  public func literal(at address: UInt64) -> InstructionLine? {
    let first = literals.partitioningIndex { $0.address >= address }
    return first < literals.count && literals[first].address == address ? literals[first] : nil
  }

  /// The most instructions that are kept of a function. Without a limit a hostile listing decides how much
  /// memory is used.
  public static let lineLimit = 400_000
}
