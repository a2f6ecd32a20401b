extension LineTable {
  /// The files of the table, each once.
  public var files: [TableFile] {
    var files: [TableFile] = []
    let text = table.storage.span
    var start = header.files.lowerBound
    for i in header.files where text[i] == 0 {
      if i > start { files.append(TableFile(offset: UInt32(start - header.files.lowerBound))) }
      start = i + 1
    }
    return files
  }

  /// Returns the last line of the file of a function's first instruction that its code comes from; nil where
  /// none is known.
  ///
  /// - Parameters:
  ///   - function: its index in ``functions``.
  ///   - end: the address at which its code ends and padding begins.
  public func lastLine(of function: Int, before end: UInt64) -> Int32? {
    let function = functions[function]
    guard let own = function.file else { return nil }
    let text = table.storage.span
    var files = PCValues(header, offset: function.pcfile, size: function.size)
    var lines = PCValues(header, offset: function.pcline, size: function.size)
    var last: Int32 = 0
    guard files.step(text) else { return nil }
    while lines.end < end &- function.entry, lines.step(text) {
      // Each range of one file within the range of one line.
      while true {
        if lines.value > last, header.file(unit: function.unit, files.value, in: table) == own {
          last = lines.value
        }
        guard files.end < lines.end, files.step(text) else { break }
      }
      if files.end == lines.end, !files.step(text) { break }
    }
    return last > 0 ? last : nil
  }
}
