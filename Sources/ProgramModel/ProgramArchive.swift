/// A whole program as bytes, which the same version of fathom can read back.
public struct ProgramArchive: Sendable {
  /// The model.
  public var program: Program
  /// Texts that are kept with the model.
  public var notes: [String]

  /// The version of the format. Increment it with every change of the model's fields: an archive of another
  /// version is ignored.
  public static let version: UInt64 = 12

  /// Creates an archive.
  ///
  /// - Parameters:
  ///   - program: the model.
  ///   - notes: texts to keep with the model.
  public init(program: Program, notes: [String] = []) {
    self.program = program
    self.notes = notes
  }

  /// Returns the archive as bytes: three words (the mark, the version and the checksum of what follows), then
  /// the notes and the model.
  public func encoded() -> [UInt8] {
    var writer = ArchiveWriter()
    for var word in [Self.mark, Self.version, 0] { writer.pass(&word) }
    var (notes, program) = (notes, program)
    writer.pass(&notes)
    writer.pass(&program)
    var bytes = writer.bytes
    Self.seal(&bytes)
    return bytes
  }

  /// Reads an encoded archive back; nil when the bytes are damaged in any way, or of another version.
  public init?(decoding bytes: [UInt8]) {
    let archive: ProgramArchive? = unsafe bytes.withUnsafeBytes { bytes in
      var reader = unsafe ArchiveReader(bytes)
      var (mark, version, sum): (UInt64, UInt64, UInt64) = (0, 0, 0)
      reader.pass(&mark)
      reader.pass(&version)
      reader.pass(&sum)
      guard !reader.isDamaged, mark == Self.mark, version == Self.version,
        unsafe sum == Self.sum(bytes)
      else { return nil }
      var archive = ProgramArchive(program: .blank)
      reader.pass(&archive.notes)
      reader.pass(&archive.program)
      return reader.isDamaged || !reader.isAtEnd ? nil : archive
    }
    guard let archive else { return nil }
    self = archive
  }

  /// The mark at the start of an archive: `fathomPA`.
  private static let mark: UInt64 = 0x4150_6d6f_6874_6166
  /// The offset of the first byte that the checksum covers.
  private static let start = 24

  /// Writes the checksum of the bytes into its place.
  static func seal(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { bytes in
      let sum = unsafe Self.sum(UnsafeRawBufferPointer(bytes))
      unsafe bytes.storeBytes(of: sum.littleEndian, toByteOffset: start - 8, as: UInt64.self)
    }
  }

  /// Computes the checksum, eight bytes per step. Each step maps different words to different sums, so damage
  /// within one word is always found. It protects against accidents, not against attackers.
  private static func sum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum = UInt64(bytes.count)
    func add(_ word: UInt64) {
      sum = (sum ^ word) &* 0x9e37_79b9_7f4a_7c15
      sum ^= sum &>> 32
    }
    var i = start
    while i + 8 <= bytes.count {
      add(unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)))
      i += 8
    }
    while i < bytes.count {
      add(unsafe UInt64(bytes[i]))
      i += 1
    }
    return sum
  }
}
