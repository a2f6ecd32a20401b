import ByteText
import ProgramModel
import SystemPackage

/// Reads a stream of schema `fathom.scan/1`: the result of an earlier scan, without the binary.
///
/// Unknown keys are skipped, since `/1` may only gain keys. Facts that the stream does not contain itself
/// (the import paths of the user's own code, the modules) are derived from the records of functions.
public struct RecordReader {
  private var cursor = JSONCursor()
  private var lines: RecordLines
  private let input: String
  var names = NameTable()
  private var functions: [Function] = []
  private var ownership = RecordOwnership()
  private var header: Program.Header?
  private var diagnostics = Diagnostics()
  private var status: Status?
  private var count = 0

  private enum Status: String { case complete, partial }

  /// Whether a text starts like a record, which a listing never does.
  static func isMine(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.first == UInt8(ascii: "{") }

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor to read the rest from.
  ///   - beginning: the bytes that were read already.
  ///   - input: the name of the input in errors.
  public init(_ descriptor: CInt, beginning: ArraySlice<UInt8>, input: String) {
    lines = RecordLines(descriptor, beginning: beginning, into: &cursor)
    self.input = input
  }

  /// Reads the whole stream.
  ///
  /// - Parameter module: the value of `--module`.
  /// - Throws: ``ScanError/record(_:line:_:)`` with the line that is wrong.
  public mutating func read(module: String?) throws(ScanError) -> ScanResult {
    do {
      while try lines.next(&cursor) {
        try record()
        try cursor.expectEnd()
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
      header: header, names: names, functions: functions, diagnostics: diagnostics,
      isPartial: status == .partial)
    var warnings: [String] = []
    if let module {
      program.header.ownFrom = .flag
      program.header.ownPrefixes = [module]
      program.header.modules = ownership.modules
    } else if let warning = ownership.apply(to: &program) {
      warnings.append("\(input): \(warning)")
    }
    return ScanResult(program: program, listings: [:], warnings: warnings)
  }

  private mutating func record() throws(JSONCursor.Problem) {
    guard status == nil else {
      throw JSONCursor.Problem("a record behind the end record; give each stream by itself")
    }
    try cursor.beginObject()
    guard try cursor.nextKey(), cursor.isKey("record") else {
      let isDocument = header == nil && cursor.isKey("schema")
      throw JSONCursor.Problem(
        isDocument
          ? "a JSON document, which is for other tools; save the stream that --format ndjson writes"
          : "a record begins with the key «record»")
    }
    let kind = try cursor.string()
    switch (kind, header) {
    case ("header", nil): header = try readHeader()
    case ("header", _): throw JSONCursor.Problem("a second header record; give each stream by itself")
    case (_, nil): throw JSONCursor.Problem("the first record is no header")
    case ("function", _): try function()
    case ("end", _): try end()
    default: throw JSONCursor.Problem("an unknown record: «\(kind.prefix(100))»")
    }
  }

  // MARK: The header

  private mutating func readHeader() throws(JSONCursor.Problem) -> Program.Header {
    var schema: String?
    var arch: Architecture?
    var header = Program.Header(input: "", inputKind: .text, arch: .amd64, disassembler: .go)
    while try cursor.nextKey() {
      if cursor.isKey("schema") {
        schema = try cursor.string()
        // The header of another schema has other keys.
        if schema != "fathom.scan/1" { break }
      } else if cursor.isKey("input") {
        header.input = try cursor.string()
      } else if cursor.isKey("inputKind") {
        header.inputKind = try cursor.word(InputKind.self)
      } else if cursor.isKey("contentHash") {
        header.contentHash = try text()
      } else if cursor.isKey("goVersion") {
        header.goVersion = try text()
      } else if cursor.isKey("os") {
        header.os = try text()
      } else if cursor.isKey("arch") {
        arch = try cursor.word(Architecture.self)
      } else if cursor.isKey("tags") {
        header.tags = try texts()
      } else if cursor.isKey("modulePath") {
        header.modulePath = try text()
      } else if cursor.isKey("ownFrom") {
        header.ownFrom = cursor.isNull() ? nil : try cursor.word(OwnFrom.self)
      } else if cursor.isKey("disassembler") {
        header.disassembler = try cursor.word(Disassembler.self)
      } else if cursor.isKey("debugger") {
        header.debugger = try cursor.word(Debugger.self)
      } else {
        try cursor.skip()
      }
    }
    guard schema == "fathom.scan/1" else {
      throw JSONCursor.Problem(
        "schema «\((schema ?? "none").prefix(100))», where fathom.scan/1 is read: save one with fathom scan --format ndjson"
      )
    }
    guard let arch else { throw JSONCursor.Problem("the header does not say the arch") }
    header.arch = arch
    return header
  }

  private mutating func text() throws(JSONCursor.Problem) -> String? {
    cursor.isNull() ? nil : try cursor.string()
  }

  private mutating func texts() throws(JSONCursor.Problem) -> [String] {
    var all: [String] = []
    try cursor.beginList()
    while try cursor.nextElement() { all.append(try cursor.string()) }
    return all
  }

  // MARK: A function

  private mutating func function() throws(JSONCursor.Problem) {
    var entry: UInt64?
    var name: NameID?
    var size: Int?
    var bytes: Int?
    var stated = RecordOwnership.Stated()
    var function = Function(entry: 0, name: NameID(index: 0), size: 0, frame: StackFrame())
    while try cursor.nextKey() {
      if cursor.isKey("entry") {
        entry = try cursor.address()
      } else if cursor.isKey("name") {
        name = try cursor.name(&names)
      } else if cursor.isKey("aliases") {
        function.aliases = try cursor.list { cursor throws(JSONCursor.Problem) in try cursor.name(&names) }
      } else if cursor.isKey("package") {
        stated.package = try ownership.text(&cursor)
      } else if cursor.isKey("module") {
        stated.module = try ownership.text(&cursor)
      } else if cursor.isKey("moduleVersion") {
        stated.version = try ownership.text(&cursor)
      } else if cursor.isKey("origin") {
        stated.origin = try cursor.word(Origin.self)
      } else if cursor.isKey("file") {
        function.file = try cursor.nameOrNull(&names)
      } else if cursor.isKey("line") {
        function.line = try cursor.line()
      } else if cursor.isKey("endLine") {
        function.endLine = try cursor.line()
      } else if cursor.isKey("size") {
        size = try cursor.number()
      } else if cursor.isKey("frameBytes") {
        bytes = try cursor.number()
      } else if cursor.isKey("frameSource") {
        function.frame.source = try cursor.word(FrameSource.self)
      } else if cursor.isKey("savesFramePointer") {
        function.frame.savesFramePointer = try cursor.bool()
      } else if cursor.isKey("uncertain") {
        function.frame.uncertain = cursor.isNull() ? nil : try cursor.word(Uncertainty.self)
      } else if cursor.isKey("splitCheck") {
        function.frame.splitCheck = try cursor.word(SplitCheck.self)
      } else if cursor.isKey("deferSites") {
        function.deferSites = try cursor.list { cursor throws(JSONCursor.Problem) in
          try cursor.deferSite(&names)
        }
      } else if cursor.isKey("atomics") {
        function.atomics = try cursor.list { cursor throws(JSONCursor.Problem) in
          try cursor.atomicSite(&names)
        }
      } else if cursor.isKey("calls") {
        function.calls = try cursor.list { cursor throws(JSONCursor.Problem) in try cursor.callSite(&names) }
      } else if cursor.isKey("indirectCalls") {
        function.indirectCalls = try cursor.list { cursor throws(JSONCursor.Problem) in
          try cursor.indirectCall(&names)
        }
      } else if cursor.isKey("goStatements") {
        function.goStatements = try cursor.list { cursor throws(JSONCursor.Problem) in
          try cursor.goStatement(&names)
        }
      } else if cursor.isKey("lockLeaks") {
        function.lockLeaks = try cursor.list { cursor throws(JSONCursor.Problem) in
          try cursor.lockLeak(&names)
        }
      } else if cursor.isKey("undecoded") {
        function.undecoded = try cursor.number()
      } else {
        try cursor.skip()
      }
    }
    guard let entry, let name, let size, let bytes else {
      throw JSONCursor.Problem("a function record without its entry, name, size or frameBytes")
    }
    if let last = functions.last, last.entry >= entry {
      throw JSONCursor.Problem("functions must be in address order, and this one is not")
    }
    function.entry = entry
    function.name = name
    function.size = size
    function.frame.bytes = bytes
    ownership.note(stated, place: functions.count)
    functions.append(function)
  }

  // MARK: The end

  private mutating func end() throws(JSONCursor.Problem) {
    var count: Int?
    while try cursor.nextKey() {
      if cursor.isKey("functions") {
        count = try cursor.number()
      } else if cursor.isKey("status") {
        status = try cursor.word(Status.self)
      } else if cursor.isKey("diagnostics") {
        try cursor.beginObject()
        while try cursor.nextKey() { try diagnostic() }
      } else {
        try cursor.skip()
      }
    }
    guard count == functions.count else {
      throw JSONCursor.Problem(
        "the end record counts \(count.map { "\($0)" } ?? "no") functions, and \(functions.count) were read: some are missing"
      )
    }
    if status == nil { throw JSONCursor.Problem("the end record does not say its status") }
  }

  private mutating func diagnostic() throws(JSONCursor.Problem) {
    if cursor.isKey("unknownLines") {
      diagnostics.unknownLines = try cursor.number()
    } else if cursor.isKey("unknownExamples") {
      diagnostics.unknownExamples = Array(try texts().prefix(Diagnostics.exampleLimit))
    } else if cursor.isKey("sourceLines") {
      diagnostics.sourceLines = try cursor.number()
    } else if cursor.isKey("relocationLines") {
      diagnostics.relocationLines = try cursor.number()
    } else if cursor.isKey("overlongLines") {
      diagnostics.overlongLines = try cursor.number()
    } else if cursor.isKey("undecoded") {
      diagnostics.undecoded = try cursor.number()
    } else if cursor.isKey("orphanInstructions") {
      diagnostics.orphanInstructions = try cursor.number()
    } else if cursor.isKey("lostStepFunctions") {
      diagnostics.lostStepFunctions = try cursor.number()
    } else if cursor.isKey("distrustedAtomics") {
      diagnostics.distrustedAtomics = try cursor.number()
    } else if cursor.isKey("cutFunctions") {
      diagnostics.cutFunctions = try cursor.number()
    } else if cursor.isKey("repeatedFunctions") {
      diagnostics.repeatedFunctions = try cursor.number()
    } else if cursor.isKey("unfollowedLocks") {
      diagnostics.unfollowedLocks = try cursor.number()
    } else {
      try cursor.skip()
    }
  }
}
