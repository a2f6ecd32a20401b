import LibC

/// A table of C strings with a null behind, as exec(2) wants it.
enum CStringTable {
  /// Lends the table to `body`.
  static func with<R>(
    _ rows: [[CChar]], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var table = unsafe rows.map { unsafe strdup($0) }
    unsafe table.append(nil)
    defer { for i in unsafe table.indices { unsafe free(table[i]) } }
    return unsafe table.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
  }
}
