import ProgramModel

/// Writes the fields of the model as members of JSON objects, see `FieldPass`.
///
/// It holds the writer while the fields pass; ``finish()`` gives it back.
struct RecordFields: ~Copyable, FieldPass {
  /// The facts about a function that its record has beside its own fields.
  struct Derived {
    var facts: NameClassifier.Facts
    var callCost: Int
    /// Whether its file is none; nil without a file.
    var isGenerated: Bool?
  }

  private var out: ByteWriter
  private let records: RecordWriter?
  private let names: QuotedNames.Lent?
  private let derived: Derived?

  /// Starts a pass.
  ///
  /// - Parameters:
  ///   - out: the writer, within an object.
  ///   - records: gives the names; nil for values without names.
  ///   - derived: the facts about the function; nil for other values.
  init(_ out: consuming ByteWriter, _ records: RecordWriter? = nil, _ derived: Derived? = nil) {
    self.out = out
    self.records = records
    names = records?.names.lent
    self.derived = derived
  }

  /// Returns the writer.
  consuming func finish() -> ByteWriter { out }

  // MARK: Values

  @inline(__always) mutating func field(_ key: StaticString, address: inout UInt64) {
    out.field(key, address: address)
  }

  @inline(__always) mutating func field(_ key: StaticString, address: inout UInt64?) {
    out.field(key, address: address)
  }

  @inline(__always) mutating func field(_ key: StaticString, name: inout NameID) { put(key, name) }

  @inline(__always) mutating func field(_ key: StaticString, name: inout NameID?, isSeldom: Bool) {
    if !isSeldom || name != nil { put(key, name) }
  }

  mutating func field(_ key: StaticString, names: inout [NameID]) {
    out.list(key, names) { [strings = self.names] name, out in strings?.put(name, into: &out) }
  }

  @inline(__always) mutating func field(_ key: StaticString, size: inout Int) { out.field(key, size) }

  @inline(__always) mutating func field(_ key: StaticString, count: inout Int, isSeldom: Bool) {
    if !isSeldom || count > 0 { out.field(key, count) }
  }

  @inline(__always) mutating func field(_ key: StaticString, line: inout Int32) { out.field(key, Int(line)) }

  @inline(__always) mutating func field(_ key: StaticString, line: inout Int32?) { out.field(key, line) }

  @inline(__always) mutating func field(_ key: StaticString, bound: inout Int32?) { out.field(key, bound) }

  @inline(__always) mutating func field(_ key: StaticString, flag: inout Bool) { out.field(key, flag) }

  @inline(__always) mutating func field<Word: RecordWord>(
    _ key: StaticString, word: inout Word, isNeeded _: Bool
  ) {
    out.field(key, word: word)
  }

  @inline(__always) mutating func field<Word: RecordWord>(
    _ key: StaticString, word: inout Word?, isSeldom: Bool
  ) {
    if !isSeldom || word != nil { out.field(key, word: word) }
  }

  mutating func field(_ key: StaticString, text: inout String) { out.field(key, text) }

  mutating func field(_ key: StaticString, text: inout String?) { out.field(key, text) }

  mutating func field(_ key: StaticString, texts: inout [String]) { out.field(key, texts) }

  @inline(__always) mutating func field<Value: Recorded>(
    _ key: StaticString, list: inout [Value], isSeldom: Bool
  ) {
    if isSeldom, list.isEmpty { return }
    out.put(key: key)
    out.put(UInt8(ascii: "["))
    let all = list.span
    for i in all.indices {
      if i > 0 { out.put(UInt8(ascii: ",")) }
      var value = all[i]
      object(&value)
    }
    out.put(UInt8(ascii: "]"))
  }

  @inline(__always) mutating func field<Value: Recorded>(_ key: StaticString, object value: inout Value) {
    out.put(key: key)
    object(&value)
  }

  @inline(__always) private mutating func object<Value: Recorded>(_ value: inout Value) {
    out.put(UInt8(ascii: "{"))
    value.fields(&self)
    out.put(UInt8(ascii: "}"))
  }

  // MARK: Values with several keys

  @inline(__always) mutating func location(_ location: inout SourceLocation?) {
    put("file", location?.file)
    out.field("line", location?.line)
  }

  @inline(__always) mutating func target(of callee: inout Callee) { put("target", callee.target) }

  @inline(__always) mutating func entry(of callee: inout Callee) {
    out.field("targetEntry", address: callee.entry)
    out.field("open", word: callee.entry == nil ? callee.openReason : nil)
  }

  @inline(__always) mutating func derived(_ fields: DerivedFields) {
    switch fields {
    case .ownership: ownership()
    case .nature:
      out.field("generated", derived?.isGenerated)
      out.field("wrapper", derived?.facts.isWrapper)
    case .callCost: out.field("callCost", derived?.callCost)
    case .caller(let location):
      put("callerFile", location?.file)
      out.field("callerLine", location?.line)
    }
  }

  private mutating func ownership() {
    guard let derived, let records else { return }
    out.field("package") { out in
      if let package = derived.facts.package { out.value(utf8: package) } else { out.put("null") }
    }
    let module = derived.facts.module.map { records.modules[$0] }
    out.field("module", module?.path, of: records.moduleTexts)
    out.field("moduleVersion", module?.version, of: records.moduleTexts)
    out.field("origin", word: derived.facts.origin)
  }

  @inline(__always) private mutating func put(_ key: StaticString, _ name: NameID?) {
    if let name, let names {
      names.put(key: key, name, into: &out)
    } else {
      out.put(key: key)
      out.put("null")
    }
  }
}
