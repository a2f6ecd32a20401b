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

  /// nil for what is no JSON object.
  static func read(_ line: Span<UInt8>) -> [String: JSONLine]? {
    var cursor = JSONCursor(unsafe line.withUnsafeBufferPointer { unsafe Array($0) })
    guard cursor.next() == UInt8(ascii: "{"), case .object(let object)? = try? JSONLine(&cursor, depth: 0),
      (try? cursor.expectEnd()) != nil
    else { return nil }
    return object
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

/// The part of a JSON log line that a process printed.
struct JSONPayload {
  /// Whose output it is, where one log holds several.
  var source: String
  var text: [UInt8]
  /// The text is a piece of output, which need not be whole lines; otherwise it is whole.
  var isPiece: Bool

  /// nil for a line that holds no output.
  init?(_ object: [String: JSONLine]) {
    // `go test -json` (`cmd/internal/test2json`).
    if case .text("output")? = object["Action"], let text = object["Output"]?.bytes {
      self.init(source: Self.name(object, ["Package", "Test"]), text: text, isPiece: true)
    } else if let text = object["log"]?.bytes, object["stream"] != nil {
      // docker's json-file.
      self.init(source: Self.name(object, ["stream"]), text: text, isPiece: true)
    } else if let text = object["MESSAGE"]?.bytes {
      // `journalctl -o json`: a line each, without its end.
      self.init(
        source: Self.name(object, ["_HOSTNAME", "_PID", "SYSLOG_IDENTIFIER"]), text: text + [0x0a],
        isPiece: true)
    } else if let text = Self.stack(.object(object), depth: 0) {
      self.init(source: "", text: text, isPiece: false)
    } else {
      return nil
    }
  }

  private init(source: String, text: [UInt8], isPiece: Bool) {
    (self.source, self.text, self.isPiece) = (source, text, isPiece)
  }

  private static func name(_ object: [String: JSONLine], _ keys: [String]) -> String {
    keys.map { object[$0]?.bytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }.joined(separator: "\0")
  }

  /// The first stack somewhere inside: zap's `stacktrace`, Datadog's `error.stack`, Sentry's frames.
  private static func stack(_ value: JSONLine, depth: Int) -> [UInt8]? {
    guard depth < 8 else { return nil }
    switch value {
    case .text(let text):
      if text.contains("goroutine "), text.contains("\n") { return Array((text + "\n\n").utf8) }
      // zap: names and places without a header.
      if text.contains("\n\t"), text.contains(".go:") {
        return Array(("goroutine 0 [logged]:\n" + text + "\n\n").utf8)
      }
      return nil
    case .object(let object):
      if case .list(let frames)? = object["frames"], let text = sentry(frames) { return text }
      for key in object.keys.sorted() {
        if let found = object[key].flatMap({ stack($0, depth: depth + 1) }) { return found }
      }
      return nil
    case .list(let list):
      for item in list { if let found = stack(item, depth: depth + 1) { return found } }
      return nil
    default: return nil
    }
  }

  /// Sentry has the oldest frame first.
  private static func sentry(_ frames: [JSONLine]) -> [UInt8]? {
    var text = "goroutine 0 [logged]:\n"
    for case .object(let frame) in frames.reversed() {
      guard let function = frame["function"]?.bytes else { return nil }
      let module = frame["module"]?.bytes.map { String(decoding: $0, as: UTF8.self) + "." } ?? ""
      let path = (frame["abs_path"] ?? frame["filename"])?.bytes ?? []
      let line: Int
      if case .number(let number)? = frame["lineno"] { line = Int(exactly: number) ?? 0 } else { line = 0 }
      text +=
        "\(module)\(String(decoding: function, as: UTF8.self))\n\t\(String(decoding: path, as: UTF8.self)):\(line)\n"
    }
    return text.utf8.count > 25 ? Array((text + "\n").utf8) : nil
  }
}
