extension SourceLocation {
  /// Changes the file's name to one of another table: `map` gives the new name for each old one, by its
  /// index.
  public mutating func rename(_ map: [NameID]) { file = map[Int(file.index)] }
}

extension InlinedCall {
  fileprivate mutating func rename(_ map: [NameID]) {
    function = function.map { map[Int($0.index)] }
    call?.rename(map)
  }
}

extension Function {
  /// Changes all names in the function to those of another table: `map` gives the new name for each old one,
  /// by its index.
  public mutating func rename(_ map: [NameID]) {
    name = map[Int(name.index)]
    file = file.map { map[Int($0.index)] }
    flat = flat.map { map[Int($0.index)] }
    cumulative = cumulative.map { map[Int($0.index)] }
    for i in aliases.indices { aliases[i] = map[Int(aliases[i].index)] }
    for i in calls.indices {
      calls[i].resolve(target: map[Int(calls[i].target.index)], entry: calls[i].targetEntry)
    }
    changeCallees { callee in
      if let target = callee.target { callee = Callee(target: map[Int(target.index)], entry: callee.entry) }
    }
    for i in lockLeaks.indices {
      lockLeaks[i].lock.location?.rename(map)
      lockLeaks[i].wayOut.location?.rename(map)
      lockLeaks[i].unlock.location?.rename(map)
    }
    for i in deferSites.indices { deferSites[i].location?.rename(map) }
    for i in atomics.indices {
      atomics[i].instruction = map[Int(atomics[i].instruction.index)]
      atomics[i].location?.rename(map)
      for k in atomics[i].callers.indices { atomics[i].callers[k].rename(map) }
    }
    Self.rename(&calls, map)
    Self.rename(&indirectCalls, map)
    Self.rename(&goStatements, map)
  }
  private static func rename<Site: PlacedSite>(_ sites: inout [Site], _ map: [NameID]) {
    for i in sites.indices {
      if let file = sites[i].place.file { sites[i].place.file = map[Int(file.index)] }
      for k in sites[i].place.callers.indices { sites[i].place.callers[k].rename(map) }
    }
  }
}
