/// A pass that keeps values as bytes: an ``ArchiveWriter`` appends them, an ``ArchiveReader`` sets them.
protocol ArchivePass: FieldPass {
  mutating func pass<Number: FixedWidthInteger & BitwiseCopyable>(number: inout Number)
  mutating func pass(blob: inout [UInt8])
  /// Passes a list, each element by `each`; the reader starts each from `blank`.
  mutating func pass<Element>(
    list: inout [Element], blank: Element, _ each: (inout Element, inout Self) -> Void)
  /// Passes the name table, which must come before all names that refer to it.
  mutating func pass(table: inout NameTable)
  mutating func pass(name: inout NameID)
  /// Marks the archive as damaged unless a condition holds.
  mutating func require(_ condition: Bool)
}

extension ArchivePass {
  @inline(__always)
  mutating func pass(_ value: inout some Archivable) { value.pass(through: &self) }
}

/// A type whose values can be kept in a ``ProgramArchive``.
protocol Archivable {
  /// The value that the reader starts from.
  static var blank: Self { get }
  /// Passes each field in turn; the reader sets all of them.
  mutating func pass(through pass: inout some ArchivePass)
}

// MARK: The values that everything is made of

extension UInt64: Archivable {
  static var blank: UInt64 { 0 }
  mutating func pass(through pass: inout some ArchivePass) { pass.pass(number: &self) }
}

extension Int32: Archivable {
  static var blank: Int32 { 0 }
  mutating func pass(through pass: inout some ArchivePass) { pass.pass(number: &self) }
}

/// A count or a size: at least 0 and below 2⁴⁸.
extension Int: Archivable {
  static var blank: Int { 0 }
  mutating func pass(through pass: inout some ArchivePass) {
    var number = Int64(self)
    pass.pass(number: &number)
    // Reports add up thousands of these, which must not overflow.
    pass.require(number >= 0 && number < 1 << 48)
    self = Int(truncatingIfNeeded: number)
  }
}

extension Bool: Archivable {
  static var blank: Bool { false }
  mutating func pass(through pass: inout some ArchivePass) {
    var number: UInt8 = self ? 1 : 0
    pass.pass(number: &number)
    pass.require(number < 2)
    self = number == 1
  }
}

extension String: Archivable {
  static var blank: String { "" }
  mutating func pass(through pass: inout some ArchivePass) {
    var bytes = Array(utf8)
    pass.pass(blob: &bytes)
    self = String(decoding: bytes, as: UTF8.self)
  }
}

extension NameID: Archivable {
  @inlinable package static var blank: NameID { NameID(index: 0) }
  mutating func pass(through pass: inout some ArchivePass) { pass.pass(name: &self) }
}

extension Array: Archivable where Element: Archivable {
  static var blank: [Element] { [] }
  mutating func pass(through pass: inout some ArchivePass) {
    pass.pass(list: &self, blank: Element.blank) { $1.pass(&$0) }
  }
}

extension Optional: Archivable where Wrapped: Archivable {
  static var blank: Wrapped? { nil }
  mutating func pass(through pass: inout some ArchivePass) {
    var isSet = self != nil
    pass.pass(&isSet)
    guard isSet else {
      self = nil
      return
    }
    var value = self ?? Wrapped.blank
    pass.pass(&value)
    self = value
  }
}

// MARK: The fields of the model

extension ArchivePass {
  mutating func field(_: StaticString, address: inout UInt64) { pass(&address) }
  mutating func field(_: StaticString, address: inout UInt64?) { pass(&address) }
  mutating func field(_: StaticString, name: inout NameID) { pass(name: &name) }
  mutating func field(_: StaticString, name: inout NameID?, isSeldom _: Bool) { pass(&name) }
  mutating func field(_: StaticString, names: inout [NameID]) { pass(&names) }
  mutating func field(_: StaticString, size: inout Int) { pass(&size) }
  mutating func field(_: StaticString, count: inout Int, isSeldom _: Bool) { pass(&count) }
  mutating func field(_: StaticString, line: inout Int32) { pass(&line) }
  mutating func field(_: StaticString, line: inout Int32?) { pass(&line) }
  mutating func field(_: StaticString, bound: inout Int32?) { pass(&bound) }
  mutating func field(_: StaticString, flag: inout Bool) { pass(&flag) }
  mutating func field(_: StaticString, text: inout String) { pass(&text) }
  mutating func field(_: StaticString, text: inout String?) { pass(&text) }
  mutating func field(_: StaticString, texts: inout [String]) { pass(&texts) }

  /// A word is kept as the index of its case.
  mutating func field<Word: RecordWord>(_: StaticString, word: inout Word, isNeeded _: Bool) {
    let all = Word.allCases
    var place = UInt8(truncatingIfNeeded: all.firstIndex(of: word) ?? 0)
    pass(number: &place)
    require(Int(place) < all.count)
    word = all[min(Int(place), all.count - 1)]
  }

  mutating func field<Word: RecordWord>(_ key: StaticString, word: inout Word?, isSeldom _: Bool) {
    var isSet = word != nil
    pass(&isSet)
    var value = word ?? Word.allCases[0]
    if isSet { field(key, word: &value) }
    word = isSet ? value : nil
  }

  mutating func field<Value: Recorded>(_: StaticString, list: inout [Value], isSeldom _: Bool) {
    pass(list: &list, blank: Value.blank) { $0.fields(&$1) }
  }

  mutating func field<Value: Recorded>(_: StaticString, object: inout Value) { object.fields(&self) }

  mutating func location(_ location: inout SourceLocation?) {
    var isSet = location != nil
    pass(&isSet)
    var value = location ?? .blank
    if isSet { value.fields(&self) }
    location = isSet ? value : nil
  }

  /// Keeps nothing: the entry keeps all of a callee.
  mutating func target(of _: inout Callee) {}

  mutating func entry(of callee: inout Callee) {
    var (target, entry, reason) = (callee.target, callee.entry, callee.openReason)
    pass(&target)
    pass(&entry)
    field("open", word: &reason, isSeldom: false)
    callee = reason.map(Callee.open) ?? Callee(target: target, entry: entry)
  }

  mutating func derived(_: DerivedFields) {}
}
