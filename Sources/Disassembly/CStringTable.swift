import LibC

/// A table of C strings that ends with a null pointer, as exec(2) requires.
enum CStringTable {
  /// Calls `body` with the table, which is valid only during the call.
  static func with<R>(
    _ rows: [[CChar]], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var table = unsafe rows.map { unsafe strdup($0) }
    unsafe table.append(nil)
    defer { for i in unsafe table.indices { unsafe free(table[i]) } }
    return unsafe table.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
  }
}
