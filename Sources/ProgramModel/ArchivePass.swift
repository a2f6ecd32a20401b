/// A pass over the fields of a value: an ``ArchiveWriter`` appends them, an ``ArchiveReader`` sets them.
///
/// A type lists its fields once for both, in `Archivable+Model.swift`, so that the two cannot disagree.
protocol ArchivePass {
  mutating func pass<Number: FixedWidthInteger & BitwiseCopyable>(number: inout Number)
  mutating func pass(blob: inout [UInt8])
  mutating func pass<Element: Archivable>(list: inout [Element])
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
  static var blank: NameID { NameID(index: 0) }
  mutating func pass(through pass: inout some ArchivePass) { pass.pass(name: &self) }
}

extension Array: Archivable where Element: Archivable {
  static var blank: [Element] { [] }
  mutating func pass(through pass: inout some ArchivePass) { pass.pass(list: &self) }
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

/// An enumeration is kept as the index of its case.
extension Archivable where Self: CaseIterable & Equatable, AllCases == [Self] {
  static var blank: Self { allCases[0] }
  mutating func pass(through pass: inout some ArchivePass) {
    let all = Self.allCases
    var place = UInt8(truncatingIfNeeded: all.firstIndex(of: self) ?? 0)
    pass.pass(number: &place)
    pass.require(Int(place) < all.count)
    self = all[min(Int(place), all.count - 1)]
  }
}
