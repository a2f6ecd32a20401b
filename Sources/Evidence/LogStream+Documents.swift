import ByteText
import ProgramModel

/// JSON documents, of one line or of a list of them.
extension LogStream {
  /// Reads a line that is a JSON document; nil for another one, and for one that holds no output.
  mutating func readJSON(_ line: Span<UInt8>, _ number: Int) -> Bool? {
    guard let object = JSONLine.read(line: line) else {
      return JSONLine.list(line: line).flatMap { readLists($0, number) }
    }
    return readObject(object, number) ?? readLists(.object(object), number)
  }

  /// Reads a document of many lines' text.
  mutating func read(document: JSONLine) -> Bool {
    if case .object(let object) = document, let found = readObject(object, 1) { return found }
    return readLists(document, 1) ?? false
  }

  /// Reads the lists of a document that hold a log's line an entry; nil where no entry is a traceback's.
  private mutating func readLists(_ document: JSONLine, _ number: Int) -> Bool? {
    var isRecognized: Bool?
    for list in document.lists {
      for case .object(let object) in list where fields.count < Self.fieldLimit {
        if JSONPayload(object, fields: fields) == nil, let field = JSONPayload.field(of: object) {
          fields.append(field)
        }
      }
      var payloads = list.compactMap { JSONPayload(entry: $0, fields: fields) }
      guard let header = payloads.firstIndex(where: { Self.header($0.firstLine.span) != nil }) else {
        continue
      }
      // The newest entry may stand first: a header behind its frames.
      func isOfGoroutine(_ i: Int) -> Bool {
        payloads.indices.contains(i) && TraceLine(payloads[i].firstLine.span).isOfGoroutine
      }
      if isOfGoroutine(header - 1), !isOfGoroutine(header + 1) {
        payloads.reverse()
        parser.traces.diagnostics.isNewestFirst = true
      }
      for payload in payloads {
        let isOne = readText(payload.text, branch([1] + Array(payload.source.utf8)), number)
        isRecognized = isOne || isRecognized == true
      }
    }
    return isRecognized
  }

  private mutating func readObject(_ object: [String: JSONLine], _ number: Int) -> Bool? {
    var payload = JSONPayload(object, fields: fields)
    if payload == nil, fields.count < Self.fieldLimit, let field = JSONPayload.field(of: object) {
      fields.append(field)
      replay { $0.readJSON($1, $2) }
      payload = JSONPayload(object, fields: fields)
    }
    guard let payload else { return nil }
    return readText(payload.text, branch([1] + Array(payload.source.utf8)), number)
  }
}
