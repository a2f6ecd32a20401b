/// The layout of a pclntab (`debug/gosym/pclntab.go:30`), which its first word tells.
public enum TableLayout: UInt32, Sendable, CaseIterable, CustomStringConvertible {
  /// Go 1.16 and 1.17: functions are listed by address.
  case go116 = 0xffff_fffa
  /// Go 1.18 and 1.19: functions are listed by their offset from the start of the code.
  case go118 = 0xffff_fff0
  /// Go 1.20 and later: also has the line at which a function starts.
  case go120 = 0xffff_fff1

  /// The versions of Go that use the layout: `go1.20 or later`.
  public var description: String {
    switch self {
    case .go116: "go1.16 or go1.17"
    case .go118: "go1.18 or go1.19"
    case .go120: "go1.20 or later"
    }
  }

  /// Returns the size of `runtime._func` up to the offsets of its pcdata, in bytes (`runtime/runtime2.go`).
  func rowSize(pointerSize: Int) -> Int {
    switch self {
    case .go116: pointerSize + 36
    case .go118: 40
    case .go120: 44
    }
  }
}

/// The header of a pclntab: `runtime/symtab.go`, `pcHeader`.
struct LineTableHeader {
  let layout: TableLayout
  /// The smallest length of an instruction, in bytes; the tables count in this unit.
  let quantum: Int
  let pointerSize: Int
  let functionCount: Int
  /// The address at which the code starts; 0 since Go 1.26 (`cmd/link/internal/ld/pcln.go:251`) and in Go
  /// 1.16 and 1.17.
  let textStart: UInt64
  /// The ranges of the table's parts, as offsets in the table.
  let names: Range<Int>
  let units: Range<Int>
  let files: Range<Int>
  let values: Range<Int>
  let functions: Range<Int>

  static let size: UInt64 = 72

  /// A flaw that makes the header unusable, for an error.
  struct Flaw: Error {
    var what: String
    /// Whether the header looks sound, but is of a version of Go that fathom does not read.
    var isForeign = false
    init(_ what: String, isForeign: Bool = false) {
      self.what = what
      self.isForeign = isForeign
    }
  }

  /// Reads the header.
  ///
  /// - Parameter count: the size of the table, in bytes.
  init(_ bytes: Bytes, count: Int) throws(Flaw) {
    guard let magic = bytes.u32(0), let pad = bytes.u16(4), let quantum = bytes.u8(6),
      let pointerSize = bytes.u8(7)
    else { throw Flaw("its pclntab ends in its header") }
    guard let layout = TableLayout(rawValue: magic) else {
      if magic == 0xffff_fffb {
        throw Flaw(
          "its pclntab is one of Go 1.15 or older; fathom reads those of 1.16 and later", isForeign: true)
      }
      if magic >> 8 == 0xff_ffff {
        throw Flaw(
          "its pclntab (\(String(magic, radix: 16))) is of a Go newer than this fathom knows; take a newer fathom",
          isForeign: true)
      }
      guard pad == 0, [1, 2, 4].contains(quantum), pointerSize == 4 || pointerSize == 8 else {
        throw Flaw("its pclntab does not begin like one")
      }
      throw Flaw(
        "its pclntab begins with \(String(magic, radix: 16)) where Go's has a number of its own, as garble and other "
          + "obfuscators write it; build it without them", isForeign: true)
    }
    guard pad == 0, [1, 2, 4].contains(quantum), [4, 8].contains(pointerSize) else {
      throw Flaw("the header of its pclntab contradicts itself")
    }
    self.layout = layout
    self.quantum = Int(quantum)
    self.pointerSize = Int(pointerSize)
    let wordCount = layout == .go116 ? 7 : 8
    var words: [UInt64] = []
    for i in 0..<wordCount {
      guard let word = bytes.word(8 + i * self.pointerSize, is64: pointerSize == 8) else {
        throw Flaw("its pclntab ends in its header")
      }
      words.append(word)
    }
    textStart = layout == .go116 ? 0 : words[2]
    let starts = words.suffix(5) + [UInt64(count)]
    guard zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw Flaw("the parts of its pclntab do not follow each other within its \(count) bytes")
    }
    let parts = starts.map { Int($0) }
    (names, units, files) = (parts[0]..<parts[1], parts[1]..<parts[2], parts[2]..<parts[3])
    (values, functions) = (parts[3]..<parts[4], parts[4]..<parts[5])
    // There is a pair for every function, and half of one after the last.
    let half = layout == .go116 ? self.pointerSize : 4
    guard words[0] > 0, words[0] <= UInt64(functions.count / (2 * half)),
      functions.count - Int(words[0]) * 2 * half >= half
    else { throw Flaw("its pclntab has no room for its \(words[0]) functions") }
    functionCount = Int(words[0])
  }
}
