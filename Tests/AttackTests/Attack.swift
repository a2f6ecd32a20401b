import CallGraph
import Evidence
import Findings
import Foundation
import GoBinary
import ProgramModel
import Reporting
import Scan
import SystemPackage

/// Runs mutants of one kind of input, and holds each answer against what an answer must be.
struct Attack {
  /// An answer that must not be: the mutant's number, and what was wrong.
  struct Flaw: CustomStringConvertible {
    var description: String
  }

  private let kind: InputKind
  private let seeds: Seeds
  private var mutator: Mutator
  private let folder: URL
  private(set) var flaws: [Flaw] = []
  private(set) var runs = 0
  /// Answers that are no refusals.
  private(set) var reports = 0

  /// No run may take longer, in a debug build neither.
  private static let limit = Duration.seconds(5)

  /// - Parameter folder: where the mutant at work stands, to be looked at when it ends the process.
  init(_ kind: InputKind, in folder: URL) async throws {
    self.kind = kind
    self.folder = folder
    seeds = try await Seeds(for: kind, in: folder)
    mutator = Mutator(seed: UInt64(kind.share) &* 31 &+ UInt64(kind.rawValue.utf8.count))
  }

  /// Runs so many.
  mutating func run(_ count: Int) async throws {
    let file = folder.appendingPathComponent("mutant-\(kind)")
    let kinds = [kind] + InputKind.allCases.filter { seeds.all[$0] != nil }
    for number in 0..<count {
      let seed = mutator.element(of: seeds.all[kind] ?? [])
      let part = kind == .listing ? stretch(of: seed) : seed
      // A splice is of two kinds, or of two inputs of one.
      let other = mutator.element(of: seeds.all[mutator.element(of: kinds)] ?? [])
      let (bytes, change) = mutator.mutant(of: part, and: other)
      try Data(bytes).write(to: file)
      let start = ContinuousClock.now
      let flaw = try await flaw(of: bytes, at: file.path, cutFrom: change == .cut ? part : nil)
      let time = ContinuousClock.now - start
      runs += 1
      if let flaw { flaws.append(Flaw(description: "\(kind) \(number), \(change): \(flaw)")) }
      if time > Self.limit { flaws.append(Flaw(description: "\(kind) \(number), \(change): \(time)")) }
      let isFlawed = flaw != nil || time > Self.limit
      if isFlawed { try Data(bytes).write(to: folder.appendingPathComponent("flaw-\(kind)-\(number)")) }
    }
  }

  /// A listing's first lines, which say what it is, and some of its functions, each from its first line on.
  private mutating func stretch(of seed: [UInt8]) -> [UInt8] {
    let lines = seed.split(separator: 0x0a, omittingEmptySubsequences: false)
    let start = 8 + mutator.index(lines.count - 8)
    let first = lines[min(start, lines.count)...].firstIndex { line in
      line.starts(with: "TEXT ".utf8) || line.starts(with: "Dump of".utf8)
        || line.suffix(2).elementsEqual(">:".utf8)
        || line.first.map { $0 > 0x20 } == true && line.contains(UInt8(ascii: "S"))
    }
    let head = lines.prefix(8)
    let code = lines[(first ?? head.endIndex)...].prefix(40 + mutator.index(160))
    return Array((head + code).joined(separator: [0x0a])) + [0x0a]
  }

  /// What is wrong with the answer; nil for a refusal, a report that says that it is partial, and a whole one.
  private mutating func flaw(of bytes: [UInt8], at path: String, cutFrom whole: [UInt8]?) async throws
    -> String?
  {
    switch kind {
    case .listing, .records:
      guard let result = try? await scan(Array(path.utf8CString), options: ScanOptions()) else { return nil }
      reports += 1
      if let flaw = Self.flaw(of: result.program) { return flaw }
      guard let whole, whole.count > bytes.count, !result.program.isPartial else { return nil }
      if kind == .records {
        // Blanks alone were cut.
        return whole[bytes.count...].allSatisfy { $0 <= 0x20 } ? nil : "a cut stream is whole"
      }
      try Data(whole).write(to: URL(fileURLWithPath: path + "-whole"))
      let reference = try await scan(Array((path + "-whole").utf8CString), options: ScanOptions()).program
      return Self.flaw(of: result.program, cutFrom: reference)
    case .crash, .dump: return try flaw(ofLog: bytes)
    case .words:
      Entry.evidence.run(bytes)
      if StackWords(bytes.span) != nil { reports += 1 }
      return nil
    case .configuration:
      Entry.configuration.run(bytes)
      if (try? Configuration(String(decoding: bytes, as: UTF8.self), file: "f")) != nil { reports += 1 }
      return nil
    case .baseline:
      Entry.configuration.run(bytes)
      if (try? Baseline(String(decoding: bytes, as: UTF8.self), file: "f")) != nil { reports += 1 }
      return nil
    case .binary:
      guard let binary = try? BinaryFile(path: FilePath(path)) else { return nil }
      _ = try? binary.contentHash()
      guard let table = try? LineTable(binary) else { return nil }
      reports += 1
      for i in table.functions.indices.prefix(50) {
        var cursor = table.lines(of: i)
        _ = cursor.callers(at: table.functions[i].entry)
      }
      return nil
    }
  }

  /// Every report of a program, none of them empty.
  private static func flaw(of program: Program) -> String? {
    if program.functions.isEmpty { return "no function, and no error" }
    let report = Report(program: program, version: "1", jobs: 1)
    let (text, records) = (Output(), Output())
    try? TextReporter(report, options: TextOptions()).write(to: text)
    try? NDJSONReporter(report).write(to: records)
    _ = Depth(program)
    let end = "\"status\":\"\(program.isPartial ? "partial" : "complete")\""
    let last = records.contents.split(separator: 0x0a).last ?? []
    return text.contents.isEmpty || !String(decoding: last, as: UTF8.self).contains(end)
      ? "an empty report" : nil
  }

  /// A cut that is not said took whole functions alone.
  private static func flaw(of program: Program, cutFrom whole: Program) -> String? {
    for function in program.functions {
      guard let i = whole.index(ofEntry: function.entry) else { return "a function of the cut's own" }
      let other = whole.functions[i]
      let isSame =
        function.frame == other.frame && function.calls.count == other.calls.count
        && function.deferSites.count == other.deferSites.count
        && function.atomics.count == other.atomics.count
      let name = program.names.string(function.name)
      if !isSame { return "\(name) is cut, and nothing says so" }
    }
    return nil
  }

  /// What `crash` and `goroutines` print of a log without a binary.
  private mutating func flaw(ofLog bytes: [UInt8]) throws -> String? {
    Entry.evidence.run(bytes)
    let traces = DescriptorOfBytes.with(bytes) { descriptor in
      var reader = LogReader(descriptor)
      return reader.read().traces
    }
    guard let traces else { return "no room for a log" }
    let program = Program(
      header: .init(input: "-", inputKind: .text, arch: .amd64, disassembler: .go), names: NameTable(),
      functions: [], diagnostics: Diagnostics(), isPartial: false)
    let names = TracedNames(program)
    for (i, crash) in traces.crashes.enumerated() {
      let report = CrashReport(
        traces: traces, postmortem: Postmortem(crash, of: traces, in: program, index: names),
        program: program,
        number: i + 1)
      let (text, records) = (Output(), Output())
      try CrashTextReporter(report, options: TextOptions()).write(to: text)
      try CrashRecordReporter([report], diagnostics: traces.diagnostics, input: "-", version: "1").write(
        to: records)
      if text.contents.isEmpty || records.contents.isEmpty { return "an empty report of a crash" }
    }
    // Without one the command is an error.
    if traces.goroutines.isEmpty { return nil }
    reports += 1
    let groups = GoroutineGroups(traces, in: program, index: names)
    let report = GoroutinesReport(traces, groups: groups)
    let outputs = (0..<4).map { _ in Output() }
    try GoroutinesTextReporter(report, options: TextOptions()).write(to: outputs[0])
    try GoroutinesRecordReporter(report, input: "-", version: "1").write(to: outputs[1])
    try GoroutinesFoldedReporter(report).write(to: outputs[2])
    try GoroutinesDotReporter(report).write(to: outputs[3])
    return outputs.prefix(2).contains { $0.contents.isEmpty } ? "an empty report of goroutines" : nil
  }
}
