// What the cache keeps beside the fields of `Fields.swift`.

extension Program: Archivable {
  static var blank: Program {
    Program(header: .blank, names: NameTable(), functions: [], diagnostics: .blank, isPartial: false)
  }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(table: &names)
    pass.pass(&header)
    pass.pass(&functions)
    pass.pass(&diagnostics)
    pass.pass(&isPartial)
    pass.require(Self.areOrdered(functions))
  }

  /// Whether the functions are in address order: they are found by binary search.
  private static func areOrdered(_ functions: [Function]) -> Bool {
    let all = functions.span
    for i in all.indices.dropFirst() where all[i - 1].entry >= all[i].entry { return false }
    return true
  }
}

extension Program.Header: Archivable {
  mutating func pass(through pass: inout some ArchivePass) {
    fields(&pass)
    pass.pass(&ownPrefixes)
    pass.pass(&modules)
  }
}

extension ModuleList: Archivable {
  static var blank: ModuleList { ModuleList() }

  mutating func pass(through pass: inout some ArchivePass) {
    var all = all
    pass.pass(&all)
    self = ModuleList(all)
  }
}

extension ModuleList.Module: Archivable {
  static var blank: ModuleList.Module { ModuleList.Module(path: "", version: nil) }

  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(&path)
    pass.pass(&version)
  }
}

extension Diagnostics: Archivable {
  mutating func pass(through pass: inout some ArchivePass) {
    fields(&pass)
    pass.pass(&fileHeaders)
  }
}

extension Function: Archivable {
  mutating func pass(through pass: inout some ArchivePass) {
    fields(&pass)
    pass.pass(&lockUse.locks)
    pass.pass(&lockUse.releases)
  }
}
