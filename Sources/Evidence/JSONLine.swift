import ByteText
import ProgramModel

/// A log line that is a JSON document.
enum JSONLine {
  case text(String)
  case number(Double)
  case list([JSONLine])
  case object([String: JSONLine])
  case other

  /// Values that stand deeper in each other are no log's.
  private static let depthLimit = 64

  /// Whether a line ends as JSON does, or a row whose last cell is quoted: no line of a traceback's own does.
  static func mayEnd(_ line: Span<UInt8>) -> Bool {
    guard !line.isEmpty else { return false }
    return switch line[line.count - 1] {
    case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: ","): true
    default: false
    }
  }

  /// The object that ends a line, whatever stands before it; `"key": "value",`, a line of one that was printed over many
  /// lines, is one too; and so is Ruby's `{"key"=>"value"}]`, as Fluent Bit prints records.
  static func read(line: Span<UInt8>) -> [String: JSONLine]? {
    var end = line.count
    if end > 0, line[end - 1] == UInt8(ascii: ",") { end -= 1 }
    guard end > 1 else { return nil }
    if line[end - 1] == UInt8(ascii: "]") {
      guard line[end - 2] == UInt8(ascii: "}"), let arrow = line.firstOffset(of: "\"=>", from: 0),
        let start = line.lastOffset(of: UInt8(ascii: "{"), below: arrow)
      else { return nil }
      return read(colons(line.extracting(start..<end - 1)))
    }
    if line[end - 1] == UInt8(ascii: "}"), let start = line.firstOffset(of: UInt8(ascii: "{"), from: 0),
      line[line.skippingBlanks(start + 1..<end)] == UInt8(ascii: "\"")
    {
      return read(unsafe line.extracting(start..<end).withUnsafeBufferPointer { unsafe Array($0) })
    }
    let start = line.skippingBlanks(0..<end)
    guard line[end - 1] == UInt8(ascii: "\""), line[start] == UInt8(ascii: "\""),
      line.firstOffset(of: "\": \"", from: start) ?? line.firstOffset(of: "\" : \"", from: start) != nil
    else { return nil }
    let field = unsafe line.extracting(start..<end).withUnsafeBufferPointer { unsafe Array($0) }
    return read([UInt8(ascii: "{")] + field + [UInt8(ascii: "}")])
  }

  /// nil for what is no JSON object.
  private static func read(_ bytes: [UInt8]) -> [String: JSONLine]? {
    guard bytes.first == UInt8(ascii: "{"), case .object(let object)? = JSONLine(bytes) else { return nil }
    return object
  }

  /// Puts colons in the place of Ruby's arrows.
  private static func colons(_ text: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var i = 0
    while i < text.count {
      let isArrow = text.has("\"=>", at: i)
      bytes.append(text[i])
      if isArrow { bytes.append(UInt8(ascii: ":")) }
      i += isArrow ? 3 : 1
    }
    return bytes
  }

  /// A whole document; nil for what is none.
  init?(_ bytes: [UInt8]) {
    var cursor = JSONCursor(bytes)
    guard let value = try? JSONLine(&cursor, depth: 0), (try? cursor.expectEnd()) != nil else { return nil }
    self = value
  }

  /// A list that fills a line; nil for another one.
  static func list(line: Span<UInt8>) -> JSONLine? {
    guard line.count > 3, line[0] == UInt8(ascii: "["), line[line.count - 1] == UInt8(ascii: "]") else {
      return nil
    }
    let next = line[line.skippingBlanks(1..<line.count)]
    guard next == UInt8(ascii: "{") || next == UInt8(ascii: "[") || next == UInt8(ascii: "\"") else {
      return nil
    }
    return JSONLine(line.copied)
  }

  /// The lists in a document that may hold a line an entry: those of objects, of rows and of texts, outermost first.
  var lists: [[JSONLine]] {
    switch self {
    case .list(let list):
      let isOfLines = list.count > 1 && list.allSatisfy(\.isEntry)
      return (isOfLines ? [list] : []) + list.flatMap(\.lists)
    case .object(let object): return object.keys.sorted().flatMap { object[$0]?.lists ?? [] }
    case .text, .number, .other: return []
    }
  }

  private var isEntry: Bool {
    switch self {
    case .object, .text: true
    case .list(let row): if case .text? = row.last { true } else { false }
    case .number, .other: false
    }
  }

  private init(_ cursor: inout JSONCursor, depth: Int) throws(JSONCursor.Problem) {
    guard depth < Self.depthLimit else { throw JSONCursor.Problem("values are nested too deeply") }
    switch cursor.next() {
    case UInt8(ascii: "\""): self = .text(try cursor.string())
    case UInt8(ascii: "{"):
      var object: [String: JSONLine] = [:]
      try cursor.beginObject()
      while let name = try cursor.nextName() { object[name] = try JSONLine(&cursor, depth: depth + 1) }
      self = .object(object)
    case UInt8(ascii: "["):
      var list: [JSONLine] = []
      try cursor.beginList()
      while try cursor.nextElement() { list.append(try JSONLine(&cursor, depth: depth + 1)) }
      self = .list(list)
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      try cursor.skip()
      self = .other
    default: self = .number(try cursor.decimal())
    }
  }

  /// Text, or bytes as journald writes what is not printable.
  var bytes: [UInt8]? {
    switch self {
    case .text(let text): Array(text.utf8)
    case .list(let list):
      list.reduce(into: [UInt8]?.some([])) { bytes, item in
        if case .number(let number) = item, let byte = UInt8(exactly: number) {
          bytes?.append(byte)
        } else {
          bytes = nil
        }
      }
    default: nil
    }
  }
}
