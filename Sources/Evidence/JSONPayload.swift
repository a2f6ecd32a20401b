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

  /// The object that ends a line, whatever stands before it; `"key": "value",`, a line of one that was printed over many
  /// lines, is one too.
  static func read(line: Span<UInt8>) -> [String: JSONLine]? {
    var end = line.count
    if end > 0, line[end - 1] == UInt8(ascii: ",") { end -= 1 }
    guard end > 1 else { return nil }
    if line[end - 1] == UInt8(ascii: "}"), let start = line.firstOffset(of: UInt8(ascii: "{"), from: 0),
      line[line.skippingBlanks(start + 1..<end)] == UInt8(ascii: "\"")
    {
      return read(unsafe line.extracting(start..<end).withUnsafeBufferPointer { unsafe Array($0) })
    }
    let start = line.skippingBlanks(0..<end)
    guard line[end - 1] == UInt8(ascii: "\""), line[start] == UInt8(ascii: "\""),
      line.firstOffset(of: "\": \"", from: start) != nil
    else { return nil }
    let field = unsafe line.extracting(start..<end).withUnsafeBufferPointer { unsafe Array($0) }
    return read([UInt8(ascii: "{")] + field + [UInt8(ascii: "}")])
  }

  /// nil for what is no JSON object.
  private static func read(_ bytes: [UInt8]) -> [String: JSONLine]? {
    var cursor = JSONCursor(bytes)
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
  /// Output; its last line goes on in the next one's unless a line feed ends it.
  var text: [UInt8]

  /// nil for a line that holds no output.
  ///
  /// - Parameter fields: those that are known to hold a line each.
  init?(_ object: [String: JSONLine], fields: [[String]]) {
    // `go test -json` (`cmd/internal/test2json`).
    if case .text("output")? = object["Action"], let text = object["Output"]?.bytes {
      self.init(source: Self.name(object, ["Package", "Test"]), text: text)
    } else if let text = object["log"]?.bytes, object["stream"] != nil {
      // docker's json-file, which cuts lines of 16 KiB; Fluent Bit takes off the line feed.
      let isPart = text.last != 0x0a && text.count >= 16_000
      self.init(source: Self.name(object, ["stream"]), text: isPart ? text : Self.whole(text))
    } else if let text = object["MESSAGE"]?.bytes {
      // `journalctl -o json`: a line each, without its end.
      self.init(
        source: Self.name(object, ["_HOSTNAME", "_PID", "SYSLOG_IDENTIFIER"]), text: text + [0x0a])
    } else if let text = Self.stack(.object(object), depth: 0) {
      // Why it is there another field says.
      let words = text.starts(with: Array("goroutine ".utf8)) ? Self.words(.object(object), depth: 0) : []
      self.init(
        source: "", text: Array(words.joined(separator: ": ").utf8) + (words.isEmpty ? [] : [0x0a]) + text)
    } else {
      for field in fields {
        guard case .text(let text)? = Self.value(object, field[...]) else { continue }
        self.init(
          source: (field + Self.origins(.object(object), depth: 0)).joined(separator: "\0"),
          text: Self.whole(Array(text.utf8)))
        return
      }
      return nil
    }
  }

  private init(source: String, text: [UInt8]) { (self.source, self.text) = (source, text) }

  private static func whole(_ text: [UInt8]) -> [UInt8] { text.last == 0x0a ? text : text + [0x0a] }

  /// The path of a field that holds a line with which a traceback begins: a container's log has its output there.
  static func field(of object: [String: JSONLine], depth: Int = 0) -> [String]? {
    for key in object.keys.sorted() {
      switch object[key] {
      case .text(let text)?:
        let line = Array(text.utf8)
        if case .goroutine = TraceLine(line.span) { return [key] }
        if let start = CrashWords.start(line.span, inMessage: false), start != .detail { return [key] }
        // A container's document in another one's.
        if let inner = JSONLine.read(line: line.span), JSONPayload(inner, fields: []) != nil { return [key] }
      case .object(let inner)? where depth < 4:
        if let path = field(of: inner, depth: depth + 1) { return [key] + path }
      default: break
      }
    }
    return nil
  }

  private static func value(_ object: [String: JSONLine], _ path: ArraySlice<String>) -> JSONLine? {
    guard let key = path.first, let value = object[key] else { return nil }
    guard path.count > 1 else { return value }
    guard case .object(let inner) = value else { return nil }
    return self.value(inner, path.dropFirst())
  }

  /// What tells one process's lines from another's in a log of several.
  private static func origins(_ value: JSONLine, depth: Int) -> [String] {
    guard depth < 4, case .object(let object) = value else { return [] }
    return object.keys.sorted().flatMap { key -> [String] in
      if case .text(let text)? = object[key] { return Self.originKeys.contains(key) ? [text] : [] }
      return object[key].map { origins($0, depth: depth + 1) } ?? []
    }
  }

  /// What a logger says beside a stack, in one line each.
  private static func words(_ value: JSONLine, depth: Int) -> [String] {
    guard depth < 4, case .object(let object) = value else { return [] }
    let own = wordKeys.compactMap { key -> String? in
      guard case .text(let text)? = object[key], !text.contains("\n") else { return nil }
      return key == "panic" ? "panic: " + text : text
    }
    return own + object.keys.sorted().flatMap { words(object[$0] ?? .other, depth: depth + 1) }
  }

  private static let wordKeys = ["msg", "kind", "message", "panic", "error", "err", "reason"]

  private static let originKeys: Set = [
    "pod", "pod_name", "container", "container_name", "container_id", "host", "hostname", "instance",
    "stream",
    "logStream", "logGroup", "service",
  ]

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
      if case .list(let frames)? = object["stackTrace"], let text = lambda(frames, object["errorMessage"]) {
        return text
      }
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

  /// AWS Lambda's (aws-lambda-go `lambda/messages`, InvokeResponse_Error): innermost first, a label without its package.
  private static func lambda(_ frames: [JSONLine], _ message: JSONLine?) -> [UInt8]? {
    var text = message?.bytes.map { "panic: \(String(decoding: $0, as: UTF8.self))\n\n" } ?? ""
    text += "goroutine 0 [logged]:\n"
    for case .object(let frame) in frames {
      guard let label = frame["label"]?.bytes, let path = frame["path"]?.bytes,
        case .number(let number)? = frame["line"]
      else { return nil }
      text += "\(String(decoding: label, as: UTF8.self))(...)\n"
      text += "\t\(String(decoding: path, as: UTF8.self)):\(Int(exactly: number) ?? 0)\n"
    }
    return frames.isEmpty ? nil : Array((text + "\n").utf8)
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
