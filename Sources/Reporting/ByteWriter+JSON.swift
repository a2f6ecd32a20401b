/// Values of JSON, for documents that are made of Strings.
extension ByteWriter {
  /// A string with its quotes, or null.
  mutating func put(json text: String?) {
    guard let text else { return put("null") }
    let bytes = Array(text.utf8)
    guard JSONText.isPlain(bytes.span) else { return put(JSONText.quoted(bytes)) }
    put(UInt8(ascii: "\""))
    put(bytes)
    put(UInt8(ascii: "\""))
  }

  /// A number, or null.
  mutating func put(json value: Int?) {
    if let value { put(decimal: value) } else { put("null") }
  }

  /// An array.
  ///
  /// - Parameter isLong: every element stands on a line of its own.
  mutating func put<Element>(
    list all: some Sequence<Element>, isLong: Bool = false, _ each: (Element, inout ByteWriter) -> Void
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
}
