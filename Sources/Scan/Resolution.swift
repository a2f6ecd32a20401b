import ProgramModel

/// What can be said only when the whole listing is known: order, aliases, and where calls go.
enum Resolution {
  /// Sorts by address and joins symbols of one address.
  /// - Returns: how many functions stood in the listing twice.
  static func order(_ functions: inout [Function]) -> Int {
    if isSorted(functions) { return 0 }
    // A stable sort: of an address's symbols the first one that was printed gives the name.
    let order = functions.indices.sorted { (functions[$0].entry, $0) < (functions[$1].entry, $1) }
    var result: [Function] = []
    result.reserveCapacity(functions.count)
    var repeated = 0
    for i in order {
      let function = functions[i]
      guard let last = result.indices.last, result[last].entry == function.entry else {
        result.append(function)
        continue
      }
      if result[last].name == function.name || result[last].aliases.contains(function.name) {
        repeated += 1
      } else {
        result[last].aliases.append(function.name)
      }
      // One symbol may be longer than its alias; the longer one has all the code.
      if function.size > result[last].size {
        var longer = function
        longer.name = result[last].name
        longer.aliases = result[last].aliases
        result[last] = longer
      }
    }
    functions = result
    return repeated
  }

  /// Through a span: an element that is copied counts references.
  private static func isSorted(_ functions: [Function]) -> Bool {
    let all = functions.span
    for i in all.indices.dropFirst() where all[i - 1].entry >= all[i].entry { return false }
    return true
  }

  /// Finds the function behind each call's name or address, and the names that the listing did not print.
  static func resolveCalls(_ program: inout Program, jobs: Int) {
    let targets = Targets(program)
    var functions: [Function] = []
    swap(&functions, &program.functions)
    Parallel.forEach(&functions, jobs: jobs, targets.resolve)
    swap(&functions, &program.functions)
  }

  /// What calls may lead to.
  private struct Targets: Sendable {
    private static let unknown = UInt64.max
    private let places: [(entry: UInt64, end: UInt64, name: NameID)]
    /// By name: the entry, or `unknown` for none or for several.
    private let entries: [UInt64]

    init(_ program: Program) {
      var isAmbiguous: Set<Int> = []
      var entries = Array(repeating: Self.unknown, count: program.names.count)
      var places: [(entry: UInt64, end: UInt64, name: NameID)] = []
      places.reserveCapacity(program.functions.count)
      let functions = program.functions.span
      for f in functions.indices {
        let entry = functions[f].entry
        places.append((entry, entry &+ UInt64(max(functions[f].size, 1)), functions[f].name))
        func add(_ name: NameID) {
          let i = Int(name.index)
          if entries[i] != Self.unknown, entries[i] != entry { isAmbiguous.insert(i) }
          entries[i] = entry
        }
        add(functions[f].name)
        for alias in functions[f].aliases { add(alias) }
      }
      for i in isAmbiguous { entries[i] = Self.unknown }
      self.places = places
      self.entries = entries
    }

    @Sendable func resolve(_ function: inout Function) {
      for c in function.calls.indices {
        let call = function.calls[c]
        if let address = call.targetEntry {
          // An address inside a function, as `runtime.duffzero` is called, stands for the function.
          if let holder = holder(of: address) {
            function.calls[c].resolve(target: holder.name, entry: holder.entry)
          } else {
            function.calls[c].resolve(target: call.target, entry: nil)
          }
        } else {
          let entry = entries[Int(call.target.index)]
          if entry != Self.unknown { function.calls[c].resolve(target: call.target, entry: entry) }
        }
      }
      function.changeCallees { callee in callee = resolved(callee) }
    }

    /// A pointer to code is a function's entry: what leads elsewhere is open.
    private func resolved(_ callee: Callee) -> Callee {
      if let entry = callee.entry {
        if let holder = holder(of: entry) {
          return holder.entry == entry ? Callee(target: holder.name, entry: entry) : .open(.data)
        }
        // The listing does not hold it.
        return callee.target == nil ? .open(.data) : Callee(target: callee.target, entry: nil)
      }
      guard let target = callee.target else { return callee.word == nil ? callee : .open(.data) }
      let entry = entries[Int(target.index)]
      return Callee(target: target, entry: entry == Self.unknown ? nil : entry)
    }

    private func holder(of address: UInt64) -> (entry: UInt64, name: NameID)? {
      var low = 0
      var high = places.count
      while low < high {
        let middle = (low + high) / 2
        if places[middle].entry <= address { low = middle + 1 } else { high = middle }
      }
      guard low > 0, address < places[low - 1].end else { return nil }
      return (places[low - 1].entry, places[low - 1].name)
    }
  }
}
