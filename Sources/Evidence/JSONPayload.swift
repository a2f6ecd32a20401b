import ByteText
import ProgramModel

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

  /// An entry of a list: an object, a row whose last cell is the line, or the line itself; nil for one that holds no output.
  init?(entry: JSONLine, fields: [[String]]) {
    switch entry {
    case .object(let object): self.init(object, fields: fields)
    case .list(let row):
      guard case .text(let text)? = row.last else { return nil }
      self.init(source: "", text: Self.whole(Array(text.utf8)))
    case .text(let text): self.init(source: "", text: Self.whole(Array(text.utf8)))
    case .number, .other: return nil
    }
  }

  /// The first line of the output, without its end.
  var firstLine: [UInt8] { Array(text.prefix { $0 != 0x0a }) }

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
      if case .list(let threads)? = object["threads"], let text = apple(threads, object) { return text }
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

  /// macOS's `.ips` (Apple, «Interpreting the JSON format of a crash report»), in the words of its `.crash`.
  private static func apple(_ threads: [JSONLine], _ report: [String: JSONLine]) -> [UInt8]? {
    guard case .list(let images)? = report["usedImages"] else { return nil }
    func number(_ value: JSONLine?) -> UInt64 {
      if case .number(let number)? = value { UInt64(exactly: number) ?? 0 } else { 0 }
    }
    func string(_ value: JSONLine?) -> String? { value?.bytes.map { String(decoding: $0, as: UTF8.self) } }
    var text = ""
    for case (let i, .object(let thread)) in threads.enumerated() {
      guard case .list(let frames)? = thread["frames"] else { continue }
      text += "Thread \(i)\(thread["triggered"] == nil ? "" : " Crashed"):\n"
      for case (let i, .object(let frame)) in frames.enumerated() {
        let place = Int(clamping: number(frame["imageIndex"]))
        guard images.indices.contains(place), case .object(let image) = images[place] else { return nil }
        let pc = number(image["base"]) &+ number(frame["imageOffset"])
        text += "\(i) \(string(image["name"]) ?? "?") 0x\(String(pc, radix: 16)) "
        text += "\(string(frame["symbol"]) ?? "???") + \(number(frame["symbolLocation"]))"
        if let file = string(frame["sourceFile"]) { text += " (\(file):\(number(frame["sourceLine"])))" }
        text += "\n"
      }
      text += "\n"
    }
    return text.isEmpty ? nil : Array(text.utf8)
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
