/// A pass over the fields of the model.
///
/// Each type of the model lists its fields once, in `Fields.swift`, with the keys and in the order of a record of schema
/// `fathom.scan/1`. Records are written, records are read, and the cache is kept by passes over these lists, so that
/// none of them can lack a field, or spell it otherwise.
@usableFromInline package protocol FieldPass: ~Copyable {
  mutating func field(_ key: StaticString, address: inout UInt64)
  mutating func field(_ key: StaticString, address: inout UInt64?)
  mutating func field(_ key: StaticString, name: inout NameID)
  /// A name or null; without a value it is not written if `isSeldom`.
  mutating func field(_ key: StaticString, name: inout NameID?, isSeldom: Bool)
  mutating func field(_ key: StaticString, names: inout [NameID])
  /// A size or a count.
  mutating func field(_ key: StaticString, size: inout Int)
  /// A count that older records may lack; it is written only above 0 if `isSeldom`.
  mutating func field(_ key: StaticString, count: inout Int, isSeldom: Bool)
  mutating func field(_ key: StaticString, line: inout Int32)
  mutating func field(_ key: StaticString, line: inout Int32?)
  /// A number, or null where there is no bound.
  mutating func field(_ key: StaticString, bound: inout Int32?)
  mutating func field(_ key: StaticString, flag: inout Bool)
  /// A word; a record without it is refused if `isNeeded`.
  mutating func field<Word: RecordWord>(_ key: StaticString, word: inout Word, isNeeded: Bool)
  /// A word or null; without a value it is not written if `isSeldom`.
  mutating func field<Word: RecordWord>(_ key: StaticString, word: inout Word?, isSeldom: Bool)
  mutating func field(_ key: StaticString, text: inout String)
  mutating func field(_ key: StaticString, text: inout String?)
  mutating func field(_ key: StaticString, texts: inout [String])
  /// A list; an empty one is not written if `isSeldom`.
  mutating func field<Value: Recorded>(_ key: StaticString, list: inout [Value], isSeldom: Bool)
  mutating func field<Value: Recorded>(_ key: StaticString, object: inout Value)
  /// The keys `file` and `line`.
  mutating func location(_ location: inout SourceLocation?)
  /// The key `target`.
  mutating func target(of callee: inout Callee)
  /// The keys `targetEntry` and `open`.
  mutating func entry(of callee: inout Callee)
  /// Keys whose values follow from others, and have no place in the model.
  mutating func derived(_ fields: DerivedFields)
}

extension FieldPass where Self: ~Copyable {
  @inlinable @inline(__always)
  mutating func field(_ key: StaticString, count: inout Int) { field(key, count: &count, isSeldom: false) }

  @inlinable @inline(__always)
  mutating func field(_ key: StaticString, name: inout NameID?) { field(key, name: &name, isSeldom: false) }

  @inlinable @inline(__always)
  mutating func field<Value: Recorded>(_ key: StaticString, list: inout [Value]) {
    field(key, list: &list, isSeldom: false)
  }

  @inlinable @inline(__always)
  mutating func field<Word: RecordWord>(_ key: StaticString, word: inout Word) {
    field(key, word: &word, isNeeded: false)
  }

  @inlinable @inline(__always)
  mutating func field<Word: RecordWord>(_ key: StaticString, word: inout Word?) {
    field(key, word: &word, isSeldom: false)
  }
}

/// The fields of a record that follow from others.
@usableFromInline package enum DerivedFields {
  /// `package`, `module`, `moduleVersion` and `origin` of a function.
  case ownership
  /// `generated` and `wrapper` of a function.
  case nature
  /// `callCost` of a function.
  case callCost
  /// `callerFile` and `callerLine`: the outermost of the calls through which an atomic was inlined.
  case caller(SourceLocation?)
}

/// A type whose values are objects of a record.
@usableFromInline package protocol Recorded: Sendable {
  /// The value that a reader starts from.
  static var blank: Self { get }
  /// Passes each field in turn.
  mutating func fields<Pass: FieldPass & ~Copyable>(_ pass: inout Pass)
}

/// A word of a closed list, by its raw value.
@usableFromInline package protocol RecordWord: RawRepresentable<String>, CaseIterable, Equatable, Sendable
where AllCases == [Self] {}

extension InputKind: RecordWord {}
extension OwnFrom: RecordWord {}
extension Disassembler: RecordWord {}
extension Debugger: RecordWord {}
extension Architecture: RecordWord {}
extension FrameSource: RecordWord {}
extension Uncertainty: RecordWord {}
extension SplitCheck: RecordWord {}
extension OpenReason: RecordWord {}
extension DeferSite.Kind: RecordWord {}
extension CallSite.Kind: RecordWord {}
