extension Program {
  /// Appends another program's functions after this one's, at addresses of their own.
  ///
  /// - Parameter base: the number to add to every address of the other program. The code of each archive
  ///   starts at 0.
  public mutating func join(_ other: Program, at base: UInt64) {
    let map = names.merge(other.names)
    functions.reserveCapacity(functions.count + other.functions.count)
    for function in other.functions {
      var function = function
      function.rename(map)
      function.move(by: base)
      functions.append(function)
    }
    diagnostics.add(other.diagnostics)
    isPartial = isPartial || other.isPartial
  }
}

extension Function {
  /// Adds a number to the function's address and to those of its sites.
  fileprivate mutating func move(by base: UInt64) {
    entry &+= base
    for i in deferSites.indices { deferSites[i].address &+= base }
    for i in atomics.indices { atomics[i].address &+= base }
    for i in indirectCalls.indices { indirectCalls[i].address &+= base }
    for i in goStatements.indices { goStatements[i].address &+= base }
    changeCallees { callee in
      if let entry = callee.entry { callee = Callee(target: callee.target, entry: entry &+ base) }
    }
    for i in lockLeaks.indices {
      lockLeaks[i].lock.address &+= base
      lockLeaks[i].wayOut.address &+= base
      lockLeaks[i].unlock.address &+= base
    }
    for i in calls.indices {
      calls[i].address &+= base
      calls[i].resolve(target: calls[i].target, entry: calls[i].targetEntry.map { $0 &+ base })
    }
  }
}
