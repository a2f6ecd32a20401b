/// Reads JSON values one after the other from the bytes of a line, and builds nothing that the caller does
/// not ask for.
///
/// 40 MB of records contain two million values; a decoder that makes a String of each key takes ten times as
/// long.
public struct JSONCursor {
  /// An error in the JSON text.
  public struct Problem: Error {
    /// A description for the person who has to mend the text.
    public let text: String

    /// Creates a problem.
    ///
    /// - Parameter text: the description.
    public init(_ text: String) { self.text = text }
  }

  /// The deepest nesting of objects and lists that ``skip(depth:)`` accepts.
  private static let depthLimit = 64
  /// The largest count or size that is accepted: a sum of as many as memory can hold still fits an `Int`.
  @usableFromInline static let numberLimit = 1 << 36

  /// The buffer that contains the line.
  public var bytes: [UInt8]
  /// The index of the next byte to read.
  public var at = 0
  /// The index after the line's last byte.
  public var end: Int
  @usableFromInline var key = 0..<0
  /// Whether nothing of the current object or list has been read yet.
  @usableFromInline var isFirst = false
  @usableFromInline var unescaped: [UInt8] = []

  /// Creates a cursor at the start of a line.
  ///
  /// - Parameter bytes: the line; empty as long as there is none.
  public init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
    end = bytes.count
  }

  // MARK: Objects and lists

  /// Advances to the value of the next key in an object that ``beginObject()`` has opened; false after the
  /// last key.
  @inlinable public mutating func nextKey() throws(Problem) -> Bool {
    guard try isNext(before: "}") else { return false }
    key = try plainString()
    try expect(":")
    return true
  }

  /// Whether the key that ``nextKey()`` found has this name.
  @inlinable @inline(__always) public func isKey(_ name: StaticString) -> Bool {
    guard key.count == name.utf8CodeUnitCount else { return false }
    for i in 0..<key.count where unsafe bytes[key.lowerBound + i] != name.utf8Start[i] { return false }
    return true
  }

  /// Returns the next key of an object that ``beginObject()`` has opened, and advances to its value; nil
  /// after the last key.
  public mutating func nextName() throws(Problem) -> String? {
    guard try isNext(before: "}") else { return nil }
    let name = try string()
    try expect(":")
    return name
  }

  /// Reads an object's opening brace; ``nextKey()`` or ``nextName()`` reads its keys.
  @inlinable public mutating func beginObject() throws(Problem) {
    try expect("{")
    isFirst = true
  }

  /// Whether there is another element in a list that ``beginList()`` has opened; advances to it.
  @inlinable public mutating func nextElement() throws(Problem) -> Bool {
    try isNext(before: "]")
  }

  /// Reads a list's opening bracket; ``nextElement()`` advances to its elements.
  @inlinable public mutating func beginList() throws(Problem) {
    try expect("[")
    isFirst = true
  }

  @inlinable mutating func isNext(before close: Unicode.Scalar) throws(Problem) -> Bool {
    let wasFirst = isFirst
    isFirst = false
    if take(close) { return false }
    if !wasFirst { try expect(",") }
    return true
  }

  /// Throws unless only blanks follow the record.
  public func expectEnd() throws(Problem) {
    var i = at
    while i < end, Self.isBlank(bytes[i]) { i += 1 }
    if i < end { throw Problem("unexpected text after the record") }
  }

  // MARK: Values

  /// Returns the first byte of the next value, or of whatever is in its place, without reading it; nil at the
  /// end.
  public mutating func next() -> UInt8? {
    skipBlanks()
    return at < end ? bytes[at] : nil
  }

  /// Whether null comes next; if so, reads it.
  @inlinable public mutating func isNull() -> Bool { takeWord("null") }

  /// Reads true or false.
  @inlinable public mutating func bool() throws(Problem) -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw wrong("true or false")
  }

  /// Reads a count or a size: a whole number from 0 to ``numberLimit``.
  @inlinable public mutating func number() throws(Problem) -> Int {
    skipBlanks()
    let start = at
    var value = 0
    while at < end, case let digit = bytes[at] &- UInt8(ascii: "0"), digit < 10, value <= Self.numberLimit {
      value = value * 10 + Int(digit)
      at += 1
    }
    guard at > start, value <= Self.numberLimit, at == end || !Self.isOfNumber(bytes[at]) else {
      throw wrong("a whole number")
    }
    return value
  }

  /// Reads any number.
  public mutating func decimal() throws(Problem) -> Double {
    skipBlanks()
    let start = at
    while at < end, Self.isOfNumber(bytes[at]) { at += 1 }
    guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else {
      throw wrong("a number")
    }
    return value
  }

  /// Reads a line number, from 1; nil for null.
  @inlinable public mutating func line() throws(Problem) -> Int32? {
    if isNull() { return nil }
    guard let line = Int32(exactly: try number()), line > 0 else { throw wrong("a line") }
    return line
  }

  /// Reads an address in quotes: `"0x000000000049a900"`.
  @inlinable public mutating func address() throws(Problem) -> UInt64 {
    let range = try plainString()
    guard 3...18 ~= range.count, bytes[range.lowerBound] == UInt8(ascii: "0"),
      bytes[range.lowerBound + 1] == UInt8(ascii: "x")
    else { throw wrong("an address") }
    var value: UInt64 = 0
    for i in range.dropFirst(2) {
      let byte = bytes[i]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte &- UInt8(ascii: "A") &+ 10
      default: throw wrong("an address")
      }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// Reads a string and lends its bytes.
  @inlinable @inline(__always)
  public mutating func withString<Result>(_ use: (Span<UInt8>) -> Result) throws(Problem) -> Result {
    if let range = try rawString() { return use(bytes.span.extracting(range)) }
    return use(unescaped.span)
  }

  /// Reads a string.
  public mutating func string() throws(Problem) -> String {
    if let range = try rawString() { return String(decoding: bytes[range], as: UTF8.self) }
    return String(decoding: unescaped, as: UTF8.self)
  }

  /// Reads a string that is a raw value of an enumeration; throws for any other.
  @inlinable public mutating func word<Word: RawRepresentable<String>>(_: Word.Type) throws(Problem) -> Word {
    let text = try string()
    guard let word = Word(rawValue: text) else { throw Problem("an unknown word: «\(text.prefix(100))»") }
    return word
  }

  /// Skips the next value, whatever it is.
  public mutating func skip(depth: Int = 0) throws(Problem) {
    guard depth < Self.depthLimit else { throw Problem("objects are nested too deeply") }
    skipBlanks()
    guard at < end else { throw wrong("a value") }
    switch bytes[at] {
    case UInt8(ascii: "{"):
      try beginObject()
      while try nextKey() { try skip(depth: depth + 1) }
    case UInt8(ascii: "["):
      try beginList()
      while try nextElement() { try skip(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try rawString()
    default:
      if takeWord("null") || takeWord("true") || takeWord("false") { return }
      let start = at
      while at < end, Self.isOfNumber(bytes[at]) { at += 1 }
      guard at > start else { throw wrong("a value") }
    }
  }

  // MARK: Strings

  /// Reads a string without escapes, as keys and addresses are, and returns the range of its bytes.
  @inlinable mutating func plainString() throws(Problem) -> Range<Int> {
    guard let range = try rawString() else { throw wrong("a plain string") }
    return range
  }

  /// Reads a string and returns the range of its bytes; nil where it has escapes, and is in `unescaped`.
  @inlinable mutating func rawString() throws(Problem) -> Range<Int>? {
    try expect("\"")
    let start = at
    while at < end {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return start..<at - 1
      }
      if byte == UInt8(ascii: "\\") {
        try unescape(from: start)
        return nil
      }
      at += 1
    }
    throw Problem("it ends inside of a string")
  }

  @usableFromInline mutating func unescape(from start: Int) throws(Problem) {
    unescaped = Array(bytes[start..<at])
    while at < end {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: "\"") { return }
      guard byte == UInt8(ascii: "\\"), at < end else {
        unescaped.append(byte)
        continue
      }
      let escape = bytes[at]
      at += 1
      switch escape {
      case UInt8(ascii: "n"): unescaped.append(0x0a)
      case UInt8(ascii: "r"): unescaped.append(0x0d)
      case UInt8(ascii: "t"): unescaped.append(0x09)
      case UInt8(ascii: "b"): unescaped.append(0x08)
      case UInt8(ascii: "f"): unescaped.append(0x0c)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(escape)
      case UInt8(ascii: "u"): unescaped += Array(String(try scalar()).utf8)
      default: throw Problem("an escape that JSON does not have")
      }
    }
    throw Problem("it ends inside of a string")
  }

  /// Reads the digits after `\u`, those of a second half too; half a surrogate pair alone gives U+FFFD.
  private mutating func scalar() throws(Problem) -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
    else { return "\u{fffd}" }
    at += 2
    let second = try codeUnit()
    guard 0xdc00...0xdfff ~= second else { return Unicode.Scalar(second) ?? "\u{fffd}" }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)) ?? "\u{fffd}"
  }

  private mutating func codeUnit() throws(Problem) -> UInt32 {
    guard at + 4 <= end,
      let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw Problem("four hex digits were expected behind \\u") }
    at += 4
    return value
  }

  // MARK: Bytes

  @inlinable static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  @inlinable static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
      UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  @inlinable @inline(__always) mutating func skipBlanks() {
    while at < end, Self.isBlank(bytes[at]) { at += 1 }
  }

  @inlinable @inline(__always) mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard at < end, bytes[at] == UInt8(ascii: sign) else { return false }
    at += 1
    return true
  }

  @inlinable @inline(__always) mutating func expect(_ sign: Unicode.Scalar) throws(Problem) {
    if !take(sign) { throw wrong("«\(sign)»") }
  }

  @inlinable mutating func takeWord(_ word: StaticString) -> Bool {
    skipBlanks()
    let count = word.utf8CodeUnitCount
    guard at + count <= end else { return false }
    for i in 0..<count where unsafe bytes[at + i] != word.utf8Start[i] { return false }
    at += count
    return true
  }

  @usableFromInline func wrong(_ expected: String) -> Problem {
    at < end
      ? Problem("\(expected) was expected at column \(column)")
      : Problem("it ends where \(expected) was expected")
  }

  /// The position in the line, in bytes from 1. The line starts after the last newline.
  private var column: Int { at - (bytes[..<at].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1 }
}
