extension Program {
  /// Ends the lines of each function before the next one that is declared in its file. A function's own code cannot
  /// lie there, but that of functions of the same file does that were inlined into it.
  public mutating func limitLines() {
    var places: [(file: NameID, line: Int32, function: Int)] = []
    places.reserveCapacity(functions.count)
    for i in functions.indices {
      if let file = functions[i].file, let line = functions[i].line { places.append((file, line, i)) }
    }
    places.sort { ($0.file, $0.line, $0.function) < ($1.file, $1.line, $1.function) }
    // The places of each later line, the nearest last, without those that are known to be of closures alone. Names are
    // read of the functions only that begin inside of another one.
    var later: [Range<Int>] = []
    var end = places.count
    while end > 0 {
      let (file, line, outer) = places[end - 1]
      var start = end - 1
      while start > 0, (places[start - 1].file, places[start - 1].line) == (file, line) { start -= 1 }
      if let next = later.last, places[next.lowerBound].file != file {
        later.removeAll(keepingCapacity: true)
      }
      let last = places[start..<end].reduce(0) { max($0, functions[$1.function].endLine ?? 0) }
      while let next = later.last, places[next.lowerBound].line <= last,
        places[next].allSatisfy({ isClosure($0.function, of: outer) })
      {
        later.removeLast()
      }
      if let next = later.last.map({ places[$0.lowerBound].line }), next <= last {
        for (_, _, i) in places[start..<end] where functions[i].endLine ?? 0 >= next {
          functions[i].endLine = max(line, next - 1)
        }
      }
      later.append(start..<end)
      end = start
    }
  }

  /// Whether a function is a closure: of another one, whose name its own begins with, or of any.
  private func isClosure(_ function: Int, of outer: Int) -> Bool {
    let name = names.bytes(of: functions[function].name)
    let prefix = names.bytes(of: functions[outer].name)
    if name.count > prefix.count, name.starts(with: prefix) {
      let next = name[name.startIndex + prefix.count]
      if next == UInt8(ascii: ".") || next == UInt8(ascii: "-") { return true }
    }
    return SymbolName(names.string(functions[function].name)).isNumbered
  }
}
