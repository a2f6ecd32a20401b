extension Program {
  /// Ends the lines of each function before the next one that is declared in its file. A function's own code cannot
  /// lie there, but that of functions of the same file does that were inlined into it.
  public mutating func limitLines() {
    var starts: [NameID: [Int32]] = [:]
    for function in functions {
      guard let file = function.file, let line = function.line,
        !SymbolName(names.string(function.name)).isNumbered
      else { continue }
      starts[file, default: []].append(line)
    }
    for file in Array(starts.keys) { starts[file]?.sort() }
    for i in functions.indices {
      guard let file = functions[i].file, let line = functions[i].line, let last = functions[i].endLine,
        let all = starts[file]
      else { continue }
      let next = all.partitioningIndex { $0 > line }
      if next < all.count, all[next] <= last { functions[i].endLine = max(line, all[next] - 1) }
    }
  }
}
