import ProgramModel

/// What can be said only when the whole listing is known: order, aliases, and where calls go.
enum Resolution {
  /// Sorts by address and joins symbols of one address.
  /// - Returns: how many functions stood in the listing twice.
  static func order(_ functions: inout [Function]) -> Int {
    let isSorted = zip(functions, functions.dropFirst()).allSatisfy { $0.entry < $1.entry }
    if isSorted { return 0 }
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

  /// Finds the function behind each call's name or address, and the names that the listing did not print.
  static func resolveCalls(_ program: inout Program) {
    let unknown = UInt64.max
    // By name: the entry, or `unknown` for none or for several.
    var entries = Array(repeating: unknown, count: program.names.count)
    var isAmbiguous = Array(repeating: false, count: program.names.count)
    for function in program.functions {
      for name in [function.name] + function.aliases {
        let i = Int(name.index)
        if entries[i] != unknown, entries[i] != function.entry { isAmbiguous[i] = true }
        entries[i] = function.entry
      }
    }
    for i in program.functions.indices {
      for c in program.functions[i].calls.indices {
        let call = program.functions[i].calls[c]
        if let address = call.targetEntry {
          // An address inside a function, as `runtime.duffzero` is called, stands for the function.
          if let holder = program.index(containing: address) {
            let function = program.functions[holder]
            program.functions[i].calls[c].resolve(target: function.name, entry: function.entry)
          } else {
            program.functions[i].calls[c].resolve(target: call.target, entry: nil)
          }
        } else {
          let name = Int(call.target.index)
          let entry = isAmbiguous[name] || entries[name] == unknown ? nil : entries[name]
          program.functions[i].calls[c].resolve(target: call.target, entry: entry)
        }
      }
    }
  }
}
