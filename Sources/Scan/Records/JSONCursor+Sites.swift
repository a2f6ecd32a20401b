import ByteText
import ProgramModel

// Reads the sites of a function as `RecordWriter` writes them. A key without a place in the model is skipped;
// a new key takes one more branch here.

extension JSONCursor {
  /// Reads a list, each element with `element`.
  @inline(__always) mutating func list<Element>(
    _ element: (inout JSONCursor) throws(Problem) -> Element
  ) throws(Problem) -> [Element] {
    var all: [Element] = []
    try beginList()
    while try nextElement() { all.append(try element(&self)) }
    return all
  }

  /// A string that goes into a table.
  @inline(__always) mutating func name(_ names: inout NameTable) throws(Problem) -> NameID {
    try withString { names.intern($0) }
  }

  mutating func nameOrNull(_ names: inout NameTable) throws(Problem) -> NameID? {
    isNull() ? nil : try name(&names)
  }

  mutating func deferSite(_ names: inout NameTable) throws(Problem) -> DeferSite {
    var kind: DeferSite.Kind?
    var file: NameID?
    var line: Int32?
    var site = DeferSite(kind: .open, address: 0, location: nil)
    try beginObject()
    while try nextKey() {
      if isKey("kind") {
        kind = try word(DeferSite.Kind.self)
      } else if isKey("address") {
        site.address = try address()
      } else if isKey("file") {
        file = try nameOrNull(&names)
      } else if isKey("line") {
        line = try self.line()
      } else if isKey("looping") {
        site.looping = try bool()
      } else if isKey("needless") {
        site.needless = try bool()
      } else if isKey("bound") {
        site.bound = isNull() ? nil : Int32(clamping: try number())
      } else {
        try callee(&site.callee, &names)
      }
    }
    guard let kind else { throw Problem("a defer site without its kind") }
    site.kind = kind
    site.location = Self.location(file, line)
    return site
  }

  mutating func atomicSite(_ names: inout NameTable) throws(Problem) -> AtomicSite {
    var instruction: NameID?
    var file: NameID?
    var line: Int32?
    var site = AtomicSite(address: 0, instruction: NameID(index: 0), implicit: false, location: nil)
    try beginObject()
    while try nextKey() {
      if isKey("address") {
        site.address = try address()
      } else if isKey("instruction") {
        instruction = try name(&names)
      } else if isKey("implicit") {
        site.implicit = try bool()
      } else if isKey("file") {
        file = try nameOrNull(&names)
      } else if isKey("line") {
        line = try self.line()
      } else if isKey("callers") {
        site.callers = try list { cursor throws(Problem) in try cursor.location(&names) }
      } else if isKey("inLoop") {
        site.inLoop = try bool()
      } else {
        try skip()
      }
    }
    guard let instruction else { throw Problem("an atomic without its instruction") }
    site.instruction = instruction
    site.location = Self.location(file, line)
    return site
  }

  mutating func callSite(_ names: inout NameTable) throws(Problem) -> CallSite {
    var address: UInt64 = 0
    var target: NameID?
    var entry: UInt64?
    var kind = CallSite.Kind.call
    var line: Int32?
    try beginObject()
    while try nextKey() {
      if isKey("address") {
        address = try self.address()
      } else if isKey("target") {
        target = try name(&names)
      } else if isKey("targetEntry") {
        entry = isNull() ? nil : try self.address()
      } else if isKey("kind") {
        kind = try word(CallSite.Kind.self)
      } else if isKey("line") {
        line = try self.line()
      } else {
        try skip()
      }
    }
    guard let target else { throw Problem("a call without its target") }
    return CallSite(address: address, target: target, targetEntry: entry, kind: kind, line: line)
  }

  mutating func indirectCall(_ names: inout NameTable) throws(Problem) -> IndirectCall {
    var site = IndirectCall(address: 0, line: nil)
    (site.address, site.line, site.inLoop, site.callee) = try leadingSite(&names)
    return site
  }

  mutating func goStatement(_ names: inout NameTable) throws(Problem) -> GoStatement {
    var site = GoStatement(address: 0, line: nil)
    (site.address, site.line, site.inLoop, site.callee) = try leadingSite(&names)
    return site
  }

  private mutating func leadingSite(
    _ names: inout NameTable
  ) throws(Problem) -> (address: UInt64, line: Int32?, inLoop: Bool, callee: Callee) {
    var site = (address: UInt64(0), line: Int32?.none, inLoop: false, callee: Callee.open)
    try beginObject()
    while try nextKey() {
      if isKey("address") {
        site.address = try address()
      } else if isKey("line") {
        site.line = try line()
      } else if isKey("inLoop") {
        site.inLoop = try bool()
      } else {
        try callee(&site.callee, &names)
      }
    }
    return site
  }

  mutating func lockLeak(_ names: inout NameTable) throws(Problem) -> LockLeak {
    let nowhere = LockLeak.Place(address: 0, location: nil)
    var leak = LockLeak(lock: nowhere, isRead: false, wayOut: nowhere, unlock: nowhere)
    leak.lock = try lockPlace(&names) { cursor, names throws(Problem) in
      if cursor.isKey("read") {
        leak.isRead = try cursor.bool()
      } else if cursor.isKey("wayOut") {
        leak.wayOut = try cursor.lockPlace(&names)
      } else if cursor.isKey("unlock") {
        leak.unlock = try cursor.lockPlace(&names)
      } else {
        try cursor.skip()
      }
    }
    return leak
  }

  /// Reads a place; `other` reads the remaining keys of its object.
  private mutating func lockPlace(
    _ names: inout NameTable,
    _ other: (inout JSONCursor, inout NameTable) throws(Problem) -> Void = {
      cursor, _ throws(Problem) in try cursor.skip()
    }
  ) throws(Problem) -> LockLeak.Place {
    var place = LockLeak.Place(address: 0, location: nil)
    var file: NameID?
    var line: Int32?
    try beginObject()
    while try nextKey() {
      if isKey("address") {
        place.address = try address()
      } else if isKey("file") {
        file = try nameOrNull(&names)
      } else if isKey("line") {
        line = try self.line()
      } else {
        try other(&self, &names)
      }
    }
    place.location = Self.location(file, line)
    return place
  }

  /// Reads a key of a site's callee; skips any other.
  private mutating func callee(_ callee: inout Callee, _ names: inout NameTable) throws(Problem) {
    if isKey("target") {
      callee = Callee(target: try nameOrNull(&names), entry: callee.entry)
    } else if isKey("targetEntry") {
      callee = Callee(target: callee.target, entry: isNull() ? nil : try address())
    } else if isKey("open") {
      if !isNull() { callee = .open(try word(OpenReason.self)) }
    } else {
      try skip()
    }
  }

  /// Reads one of the callers of an atomic instruction.
  private mutating func location(_ names: inout NameTable) throws(Problem) -> SourceLocation {
    var file: NameID?
    var line: Int32?
    try beginObject()
    while try nextKey() {
      if isKey("file") {
        file = try nameOrNull(&names)
      } else if isKey("line") {
        line = try self.line()
      } else {
        try skip()
      }
    }
    guard let location = Self.location(file, line) else {
      throw Problem("a caller without its file and line")
    }
    return location
  }

  private static func location(_ file: NameID?, _ line: Int32?) -> SourceLocation? {
    guard let file, let line else { return nil }
    return SourceLocation(file: file, line: line)
  }
}
