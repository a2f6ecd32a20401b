import ByteText
import ProgramModel

/// Sets the fields of the model to the values of a record's keys, see `FieldPass`.
///
/// An object's keys may come in any order. They are written in that of the fields, so that one pass over these usually
/// sets all of them. Keys without a field are skipped, since `/1` may only gain keys. Addresses, names and sizes cannot be
/// missing.
struct FieldReader: FieldPass {
  var cursor = JSONCursor()
  var names = NameTable()
  var ownership = RecordOwnership()
  /// The ownership that the function's record states.
  var stated = RecordOwnership.Stated()

  /// The state of the object that is being read.
  private struct Object {
    /// A key was read, and its value is to be set.
    var hasKey = false
    /// A bit for each field that cannot be missing, once a pass was made.
    var needed: UInt64 = 0
    /// The place of the field that passes.
    var field: UInt64 = 0
    /// A bit for each field that was set.
    var seen: UInt64 = 0
    /// The value of the key was read in this pass.
    var isTaken = false
    var file: NameID?
    var line: Int32?
  }

  private var object = Object()
  /// The first thing that was wrong.
  private var problem: JSONCursor.Problem?

  // MARK: Objects

  /// Reads an object, its brace included.
  mutating func read<Value: Recorded>(_ value: inout Value) throws(JSONCursor.Problem) {
    try cursor.beginObject()
    try members(of: &value)
  }

  /// Reads the remaining members of an object.
  ///
  /// - Parameter other: is asked to read a key that no field has; false where it does not know it either.
  mutating func members<Value: Recorded>(
    of value: inout Value, other: (inout FieldReader) throws(JSONCursor.Problem) -> Bool = { _ in false }
  ) throws(JSONCursor.Problem) {
    let outer = object
    object = Object()
    object.hasKey = try cursor.nextKey()
    while object.hasKey {
      object.isTaken = false
      object.field = 0
      value.fields(&self)
      if let problem { throw problem }
      if object.hasKey, !object.isTaken {
        if try !other(&self) { try cursor.skip() }
        object.hasKey = try cursor.nextKey()
      }
    }
    if object.needed == 0 || object.needed & ~object.seen != 0 {
      object.field = 0
      object.needed = 1
      value.fields(&self)
      if let problem { throw problem }
    }
    object = outer
  }

  /// Whether the key that was read is that of the field that passes.
  @inline(__always) private mutating func takes(_ key: StaticString, isNeeded: Bool = false) -> Bool {
    object.field &+= 1
    if isNeeded {
      if object.needed & 1 != 0 { check(key) }
      object.needed |= 1 &<< object.field
    }
    return object.hasKey && cursor.isKey(key)
  }

  /// Notes that a field is missing; bit 0 asks for it.
  @inline(never) private mutating func check(_ key: StaticString) {
    if object.seen & 1 &<< object.field == 0, problem == nil {
      problem = JSONCursor.Problem("«\(key)» is missing")
    }
  }

  /// Sets a value and goes to the next key; what is wrong is kept.
  @inline(__always) private mutating func set<Value>(
    _ value: inout Value, _ read: (inout FieldReader) throws(JSONCursor.Problem) -> Value
  ) {
    object.isTaken = true
    object.seen |= 1 &<< object.field
    do {
      value = try read(&self)
      object.hasKey = try cursor.nextKey()
    } catch {
      problem = problem ?? error
      object.hasKey = false
    }
  }

  @inline(__always) private mutating func name() throws(JSONCursor.Problem) -> NameID {
    try cursor.withString { names.intern($0) }
  }

  // MARK: Values

  @inline(__always) mutating func field(_ key: StaticString, address: inout UInt64) {
    if takes(key, isNeeded: true) {
      set(&address) { reader throws(JSONCursor.Problem) in try reader.cursor.address() }
    }
  }

  @inline(__always) mutating func field(_ key: StaticString, address: inout UInt64?) {
    if takes(key) {
      set(&address) { reader throws(JSONCursor.Problem) in
        reader.cursor.isNull() ? nil : try reader.cursor.address()
      }
    }
  }

  @inline(__always) mutating func field(_ key: StaticString, name: inout NameID) {
    if takes(key, isNeeded: true) { set(&name) { reader throws(JSONCursor.Problem) in try reader.name() } }
  }

  @inline(__always) mutating func field(_ key: StaticString, name: inout NameID?, isSeldom _: Bool) {
    if takes(key) {
      set(&name) { reader throws(JSONCursor.Problem) in reader.cursor.isNull() ? nil : try reader.name() }
    }
  }

  mutating func field(_ key: StaticString, names: inout [NameID]) {
    if takes(key) {
      set(&names) { reader throws(JSONCursor.Problem) in
        try reader.list { reader throws(JSONCursor.Problem) in try reader.name() }
      }
    }
  }

  @inline(__always) mutating func field(_ key: StaticString, size: inout Int) {
    if takes(key, isNeeded: true) {
      set(&size) { reader throws(JSONCursor.Problem) in try reader.cursor.number() }
    }
  }

  mutating func field(_ key: StaticString, count: inout Int, isSeldom _: Bool) {
    if takes(key) { set(&count) { reader throws(JSONCursor.Problem) in try reader.cursor.number() } }
  }

  @inline(__always) mutating func field(_ key: StaticString, line: inout Int32) {
    guard takes(key, isNeeded: true) else { return }
    set(&line) { reader throws(JSONCursor.Problem) in
      guard let line = try reader.cursor.line() else { throw JSONCursor.Problem("a line is null") }
      return line
    }
  }

  @inline(__always) mutating func field(_ key: StaticString, line: inout Int32?) {
    if takes(key) { set(&line) { reader throws(JSONCursor.Problem) in try reader.cursor.line() } }
  }

  mutating func field(_ key: StaticString, bound: inout Int32?) {
    if takes(key) {
      set(&bound) { reader throws(JSONCursor.Problem) in
        reader.cursor.isNull() ? nil : Int32(clamping: try reader.cursor.number())
      }
    }
  }

  @inline(__always) mutating func field(_ key: StaticString, flag: inout Bool) {
    if takes(key) { set(&flag) { reader throws(JSONCursor.Problem) in try reader.cursor.bool() } }
  }

  @inline(__always) mutating func field<Word: RecordWord>(
    _ key: StaticString, word: inout Word, isNeeded: Bool
  ) {
    if takes(key, isNeeded: isNeeded) {
      set(&word) { reader throws(JSONCursor.Problem) in try reader.cursor.word(Word.self) }
    }
  }

  @inline(__always) mutating func field<Word: RecordWord>(
    _ key: StaticString, word: inout Word?, isSeldom _: Bool
  ) {
    if takes(key) {
      set(&word) { reader throws(JSONCursor.Problem) in
        reader.cursor.isNull() ? nil : try reader.cursor.word(Word.self)
      }
    }
  }

  mutating func field(_ key: StaticString, text: inout String) {
    if takes(key) { set(&text) { reader throws(JSONCursor.Problem) in try reader.cursor.string() } }
  }

  mutating func field(_ key: StaticString, text: inout String?) {
    if takes(key) {
      set(&text) { reader throws(JSONCursor.Problem) in
        reader.cursor.isNull() ? nil : try reader.cursor.string()
      }
    }
  }

  mutating func field(_ key: StaticString, texts: inout [String]) {
    if takes(key) {
      set(&texts) { reader throws(JSONCursor.Problem) in
        try reader.list { reader throws(JSONCursor.Problem) in try reader.cursor.string() }
      }
    }
  }

  mutating func field<Value: Recorded>(_ key: StaticString, list: inout [Value], isSeldom _: Bool) {
    if takes(key) {
      set(&list) { reader throws(JSONCursor.Problem) in
        try reader.list { reader throws(JSONCursor.Problem) in
          var value = Value.blank
          try reader.read(&value)
          return value
        }
      }
    }
  }

  mutating func field<Value: Recorded>(_ key: StaticString, object value: inout Value) {
    if takes(key) {
      set(&value) { reader throws(JSONCursor.Problem) in
        var value = Value.blank
        try reader.read(&value)
        return value
      }
    }
  }

  private mutating func list<Element>(
    _ element: (inout FieldReader) throws(JSONCursor.Problem) -> Element
  ) throws(JSONCursor.Problem) -> [Element] {
    var all: [Element] = []
    try cursor.beginList()
    while try cursor.nextElement() { all.append(try element(&self)) }
    return all
  }

  // MARK: Values with several keys

  @inline(__always) mutating func location(_ location: inout SourceLocation?) {
    var (file, line) = (object.file, object.line)
    field("file", name: &file, isSeldom: false)
    field("line", line: &line)
    (object.file, object.line) = (file, line)
    if let file, let line { location = SourceLocation(file: file, line: line) }
  }

  @inline(__always) mutating func target(of callee: inout Callee) {
    var target = callee.target
    field("target", name: &target, isSeldom: false)
    if target != callee.target { callee = Callee(target: target, entry: callee.entry) }
  }

  @inline(__always) mutating func entry(of callee: inout Callee) {
    var (entry, reason) = (callee.entry, callee.openReason)
    field("targetEntry", address: &entry)
    if entry != callee.entry { callee = Callee(target: callee.target, entry: entry) }
    field("open", word: &reason, isSeldom: false)
    if let reason, reason != callee.openReason { callee = .open(reason) }
  }

  @inline(__always) mutating func derived(_ fields: DerivedFields) {
    switch fields {
    case .ownership:
      if takes("package") { stated.package = owner() }
      if takes("module") { stated.module = owner() }
      if takes("moduleVersion") { stated.version = owner() }
      if takes("origin") {
        var origin = Origin.unknown
        set(&origin) { reader throws(JSONCursor.Problem) in try reader.cursor.word(Origin.self) }
        stated.origin = origin
      }
    case .nature:
      skip("generated")
      skip("wrapper")
    case .callCost: skip("callCost")
    case .caller:
      skip("callerFile")
      skip("callerLine")
    }
  }

  private mutating func owner() -> NameID? {
    var name: NameID?
    set(&name) { reader throws(JSONCursor.Problem) in try reader.ownership.text(&reader.cursor) }
    return name
  }

  private mutating func skip(_ key: StaticString) {
    guard takes(key) else { return }
    var nothing: Void = ()
    set(&nothing) { reader throws(JSONCursor.Problem) in try reader.cursor.skip() }
  }
}
