import ProgramModel

/// JSON, member by member: `out.object { $0.field("line", 12) }`. Nothing else puts braces, quotes and
/// commas; keys are literals, and the parts that every record shares cost no allocation.
extension ByteWriter {
  // MARK: Objects and arrays

  /// Puts an object with the members that `members` puts.
  @inline(__always) mutating func object(_ members: (inout ByteWriter) -> Void) {
    put(UInt8(ascii: "{"))
    members(&self)
    put(UInt8(ascii: "}"))
  }

  /// Puts an array.
  ///
  /// - Parameters:
  ///   - isLong: whether each element begins on a line of its own.
  ///   - each: puts one element.
  @inline(__always) mutating func list<Element>(
    _ all: some Sequence<Element>, isLong: Bool = false, _ each: (Element, inout ByteWriter) -> Void
  ) {
    put(UInt8(ascii: "["))
    var isFirst = true
    for element in all {
      if !isFirst { put(UInt8(ascii: ",")) }
      if isLong { put(UInt8(ascii: "\n")) }
      isFirst = false
      each(element, &self)
    }
    put(UInt8(ascii: "]"))
  }

  // MARK: Members

  /// Puts a member with the value that `value` puts.
  @inline(__always) mutating func field(_ key: StaticString, _ value: (inout ByteWriter) -> Void) {
    put(key: key)
    value(&self)
  }

  /// Puts a member that is an object.
  @inline(__always) mutating func object(_ key: StaticString, _ members: (inout ByteWriter) -> Void) {
    put(key: key)
    object(members)
  }

  /// Puts a member that is an array.
  @inline(__always) mutating func list<Element>(
    _ key: StaticString, _ all: some Sequence<Element>, isLong: Bool = false,
    _ each: (Element, inout ByteWriter) -> Void
  ) {
    put(key: key)
    list(all, isLong: isLong, each)
  }

  /// Puts a string or null.
  mutating func field(_ key: StaticString, _ text: String?) {
    put(key: key)
    value(text)
  }

  /// Puts an array of strings.
  mutating func field(_ key: StaticString, _ texts: [String]) {
    put(key: key)
    list(texts) { $1.value($0) }
  }

  /// Puts a word that needs no escapes, or null.
  @inline(__always) mutating func field(_ key: StaticString, word: StaticString?) {
    put(key: key)
    value(word: word)
  }

  /// Puts a word of a closed list, whose raw values need no escapes, or null.
  @inline(__always) mutating func field(_ key: StaticString, word: (some RawRepresentable<String>)?) {
    if let word { put(key: key, word: word) } else { putNull(key) }
  }

  /// Puts a number or null.
  @inline(__always) mutating func field(_ key: StaticString, _ number: Int?) {
    if let number { put(key: key, decimal: number) } else { putNull(key) }
  }

  @inline(__always) mutating func field(_ key: StaticString, _ number: Int32?) {
    field(key, number.map(Int.init))
  }

  /// Puts `true`, `false` or null.
  @inline(__always) mutating func field(_ key: StaticString, _ flag: Bool?) {
    put(key: key)
    if let flag { put(flag ? "true" : "false") } else { put("null") }
  }

  /// Puts an address, `"0x000000000049a900"`, or null.
  @inline(__always) mutating func field(_ key: StaticString, address: UInt64?) {
    if let address { put(key: key, hex16: address) } else { putNull(key) }
  }

  private mutating func putNull(_ key: StaticString) {
    put(key: key)
    put("null")
  }

  /// Puts a name or null, for keys that are too rare for ``QuotedNames`` to pay off.
  mutating func field(_ key: StaticString, _ name: NameID?, of names: NameTable) {
    put(key: key)
    value(name, of: names)
  }

  /// Puts a member whose key is no literal.
  mutating func field(named key: String, _ value: (inout ByteWriter) -> Void) {
    // Puts the comma, and then drops the quotes and the colon of an empty key.
    put(key: "")
    truncate(to: count - 3)
    self.value(key)
    put(UInt8(ascii: ":"))
    value(&self)
  }

  // MARK: What streams begin with

  /// The members `record`, `schema` and `fathomVersion` of a stream's first record.
  mutating func header(of schema: StaticString, version: String) {
    field("record", word: "header")
    field("schema", word: schema)
    field("fathomVersion", version)
  }

  /// Puts the members `input` to `arch`: what a program was read from, and what it runs on.
  mutating func source(_ header: Program.Header) {
    var header = header
    var fields = RecordFields(self)
    header.source(&fields)
    self = fields.finish()
  }

  /// Puts the fields of a value without names as members.
  mutating func fields(of value: some Recorded) {
    var value = value
    var fields = RecordFields(self)
    value.fields(&fields)
    self = fields.finish()
  }

  // MARK: Values

  /// Puts a string with its quotes, or null.
  mutating func value(_ text: String?) {
    guard let text else { return put("null") }
    value(utf8: Array(text.utf8)[...])
  }

  /// Puts a string with its quotes; its bytes need not be UTF-8.
  mutating func value(utf8 bytes: ArraySlice<UInt8>) {
    guard JSONText.isPlain(bytes.span) else { return put(JSONText.quoted(bytes)) }
    put(UInt8(ascii: "\""))
    put(bytes.span)
    put(UInt8(ascii: "\""))
  }

  /// Puts a name with its quotes, or null.
  mutating func value(_ name: NameID?, of names: NameTable) {
    if let name { value(utf8: names.bytes(of: name)) } else { put("null") }
  }

  /// Puts a word that needs no escapes with its quotes, or null.
  @inline(__always) mutating func value(word: StaticString?) {
    guard let word else { return put("null") }
    put(UInt8(ascii: "\""))
    put(word)
    put(UInt8(ascii: "\""))
  }

  /// Puts a word of a closed list with its quotes, or null.
  @inline(__always) mutating func value(word: (some RawRepresentable<String>)?) {
    guard let word else { return put("null") }
    put(UInt8(ascii: "\""))
    put(word: word)
    put(UInt8(ascii: "\""))
  }

  /// Puts a number or null.
  @inline(__always) mutating func value(_ number: Int?) {
    if let number { put(decimal: number) } else { put("null") }
  }
}
