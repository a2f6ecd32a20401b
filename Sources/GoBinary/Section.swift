/// A named piece of a binary.
public struct Section: Hashable, Sendable {
  /// As in the file; Mach-O's without its segment.
  public var name: String
  /// Where it is in memory when the program runs.
  public var address: UInt64
  /// Where it is in the file, in bytes.
  public var offset: UInt64
  /// Its bytes in the file; 0 for what only memory holds (`.bss`).
  public var size: UInt64

  /// - Parameters:
  ///   - name: as in the file.
  ///   - address: where it is in memory.
  ///   - offset: where it is in the file, in bytes.
  ///   - size: its bytes in the file.
  public init(name: String, address: UInt64, offset: UInt64, size: UInt64) {
    self.name = name
    self.address = address
    self.offset = offset
    self.size = size
  }
}
