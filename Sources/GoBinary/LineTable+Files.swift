extension LineTable {
  /// The files of the table, each once.
  public var files: [TableFile] { offsets(ofTextsIn: header.files).map(TableFile.init) }

  /// The names of the table, each once: those of functions, and of what was inlined into them.
  public var names: [TableName] { offsets(ofTextsIn: header.names).map(TableName.init) }

  /// Returns the offsets of a part's texts, but not of empty ones.
  private func offsets(ofTextsIn part: Range<Int>) -> [UInt32] {
    var offsets: [UInt32] = []
    let text = table.storage.span
    var start = part.lowerBound
    for i in part where text[i] == 0 {
      if i > start { offsets.append(UInt32(start - part.lowerBound)) }
      start = i + 1
    }
    return offsets
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
