/// A named section of a binary.
public struct Section: Hashable, Sendable {
  /// The name, as in the file; for Mach-O without the segment.
  public var name: String
  /// The address at which it is in memory when the program runs.
  public var address: UInt64
  /// The offset at which it is in the file, in bytes.
  public var offset: UInt64
  /// Its size in the file, in bytes; 0 for a section that is only in memory (`.bss`).
  public var size: UInt64

  /// Creates a section.
  ///
  /// - Parameters:
  ///   - name: the name, as in the file.
  ///   - address: the address in memory.
  ///   - offset: the offset in the file, in bytes.
  ///   - size: the size in the file, in bytes.
  public init(name: String, address: UInt64, offset: UInt64, size: UInt64) {
    self.name = name
    self.address = address
    self.offset = offset
    self.size = size
  }
}
