/// Words of the read-only data of a program, as the loader leaves them: the closures without variables and
/// the interfaces' method tables (itabs), which contain addresses of code.
public struct ReadOnlyData: Sendable {
  private let image: LineTableImage

  /// Creates a reader of a binary's read-only data.
  ///
  /// - Throws: ``BinaryError`` when the tables of relocations cannot be read.
  public init(_ binary: BinaryFile) throws(BinaryError) {
    image = try LineTableImage(binary.reader, binary.layout)
  }

  /// Returns the words at some addresses, by address. Addresses outside of read-only data are left out.
  public func words(at addresses: some Sequence<UInt64>) throws(BinaryError) -> [UInt64: UInt64] {
    var words: [UInt64: UInt64] = [:]
    // Most of the words are close together, so one piece serves many of them.
    var piece: (start: UInt64, bytes: Bytes)?
    let is64 = image.layout.is64
    let width: UInt64 = is64 ? 8 : 4
    for address in addresses.sorted() {
      guard let home = image.home(of: address), Self.isReadOnly(home.name) else { continue }
      if piece == nil || address - piece!.start + width > UInt64(piece!.bytes.count) {
        piece = (address, try image.bytes(1 << 14, at: address))
      }
      if let piece, let word = piece.bytes.word(Int(address - piece.start), is64: is64) {
        words[address] = word
      }
    }
    return words
  }

  /// Whether a section of this name is read-only data of Go's: `.rodata` and `.data.rel.ro.go.func` (ELF),
  /// `.rdata` (PE), `__rodata`, `__go_func` and `__const` (Mach-O). Go's linker decides what is in them:
  /// `cmd/link/internal/ld/data.go`.
  private static func isReadOnly(_ name: String) -> Bool {
    [
      ".rodata", ".data.rel.ro", ".rdata", "__rodata", "__const", ".go.type", ".go.func", "__go_type",
      "__go_func",
    ].contains { name.hasPrefix($0) }
  }
}
