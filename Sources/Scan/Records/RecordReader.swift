import ByteText
import ProgramModel
import SystemPackage

/// Reads a stream of schema `fathom.scan/1`: the result of an earlier scan, without the binary.
///
/// Unknown keys are skipped, since `/1` may only gain keys. Facts that the stream does not contain itself
/// (the import paths of the user's own code, the modules) are derived from the records of functions.
public struct RecordReader {
  private var fields = FieldReader()
  private var lines: RecordLines
  private let input: String
  private var functions: [Function] = []
  private var header: Program.Header?
  private var diagnostics = Diagnostics()
  private var status: Status?
  private var count = 0

  private enum Status: String { case complete, partial }

  /// Whether a text starts like a record, which a listing never does.
  ///
  /// A page's mark around code, `{noformat}`, begins none.
  static func isMine(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "{"), let next = bytes.dropFirst().first(where: { $0 > 0x20 }) else {
      return false
    }
    return next == UInt8(ascii: "\"") || next == UInt8(ascii: "}")
  }

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor to read the rest from.
  ///   - beginning: the bytes that were read already.
  ///   - input: the name of the input in errors.
  public init(_ descriptor: CInt, beginning: ArraySlice<UInt8>, input: String) {
    lines = RecordLines(descriptor, beginning: beginning, into: &fields.cursor)
    self.input = input
  }

  /// Reads the whole stream.
  ///
  /// - Parameter module: the value of `--module`.
  /// - Throws: ``ScanError/record(_:line:_:)`` with the line that is wrong.
  public mutating func read(module: String?) throws(ScanError) -> ScanResult {
    do {
      while try lines.next(&fields.cursor) {
        try record()
        try fields.cursor.expectEnd()
      }
    } catch let problem as JSONCursor.Problem {
      throw .record(input, line: lines.number, problem.text)
    } catch {
      throw .unreadable(input, reason: "\(error)")
    }
    guard let header else { throw .record(input, line: 1, "no header record") }
    guard let status else {
      throw .record(
        input, line: lines.number,
        "the stream ends here, without its end record: it was cut. Make it again and look whether the disk is full"
      )
    }
    guard !functions.isEmpty else { throw .record(input, line: lines.number, "no function in it") }
    var program = Program(
      header: header, names: fields.names, functions: functions, diagnostics: diagnostics,
      isPartial: status == .partial)
    program.findPackagesOfFolders()
    var warnings: [String] = []
    if let module {
      program.header.ownFrom = .flag
      program.header.ownPrefixes = [module]
      program.header.modules = fields.ownership.modules
    } else if let warning = fields.ownership.apply(to: &program) {
      warnings.append("\(input): \(warning)")
    }
    return ScanResult(program: program, listings: [:], warnings: warnings)
  }

  private mutating func record() throws(JSONCursor.Problem) {
    guard status == nil else {
      throw JSONCursor.Problem("a record behind the end record; give each stream by itself")
    }
    try fields.cursor.beginObject()
    guard try fields.cursor.nextKey(), fields.cursor.isKey("record") else {
      let isDocument = header == nil && fields.cursor.isKey("schema")
      throw JSONCursor.Problem(
        isDocument
          ? "a JSON document, which is for other tools; save the stream that --format ndjson writes"
          : "a record begins with the key «record»")
    }
    let kind = try fields.cursor.string()
    switch (kind, header) {
    case ("header", nil): header = try readHeader()
    case ("header", _): throw JSONCursor.Problem("a second header record; give each stream by itself")
    case (_, nil): throw JSONCursor.Problem("the first record is no header")
    case ("function", _): try function()
    case ("end", _): try end()
    default: throw JSONCursor.Problem("an unknown record: «\(kind.prefix(100))»")
    }
  }

  private mutating func readHeader() throws(JSONCursor.Problem) -> Program.Header {
    var header = Program.Header.blank
    var isKnown = false
    try fields.members(of: &header) { fields throws(JSONCursor.Problem) in
      guard fields.cursor.isKey("schema") else { return false }
      let schema = try fields.cursor.string()
      isKnown = schema == "fathom.scan/1"
      // The header of another schema has other keys.
      if !isKnown { throw Self.unknownSchema(schema) }
      return true
    }
    if !isKnown { throw Self.unknownSchema("none") }
    return header
  }

  private static func unknownSchema(_ schema: String) -> JSONCursor.Problem {
    JSONCursor.Problem(
      "schema «\(schema.prefix(100))», where fathom.scan/1 is read: save one with fathom scan --format ndjson"
    )
  }

  private mutating func function() throws(JSONCursor.Problem) {
    var function = Function.blank
    fields.stated = RecordOwnership.Stated()
    try fields.members(of: &function)
    if let last = functions.last, last.entry >= function.entry {
      throw JSONCursor.Problem("functions must be in address order, and this one is not")
    }
    fields.ownership.note(fields.stated, place: functions.count)
    functions.append(function)
  }

  private mutating func end() throws(JSONCursor.Problem) {
    var count: Int?
    while try fields.cursor.nextKey() {
      if fields.cursor.isKey("functions") {
        count = try fields.cursor.number()
      } else if fields.cursor.isKey("status") {
        status = try fields.cursor.word(Status.self)
      } else if fields.cursor.isKey("diagnostics") {
        try fields.read(&diagnostics)
        diagnostics.unknownExamples = Array(diagnostics.unknownExamples.prefix(Diagnostics.exampleLimit))
      } else {
        try fields.cursor.skip()
      }
    }
    guard count == functions.count else {
      throw JSONCursor.Problem(
        "the end record counts \(count.map { "\($0)" } ?? "no") functions, and \(functions.count) were read: some are missing"
      )
    }
    if status == nil { throw JSONCursor.Problem("the end record does not say its status") }
  }
}
