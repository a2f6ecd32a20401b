import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Evidence

/// The texts of samples/crashes/relayed: real crashes as what carries logs hands them on, and what a person reads in each
/// (`answers.tsv`).
@Suite("Crashes behind what carries logs, against what a person reads") struct RelayedLogTests {
  private static let folder = Logs.folder.appendingPathComponent("../relayed").standardized

  /// A log's name, then the columns of ``AnsweredLogTests/answer(_:)``.
  static let rows: [[String]] = {
    let text = try? String(contentsOf: folder.appendingPathComponent("answers.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().map { row in
      row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    let file = folder.appendingPathComponent("texts/\(name).txt" + (name.hasPrefix("gzip.") ? ".gz" : ""))
    return Array(try Data(contentsOf: file))
  }

  @Test func everyTextHasAnAnswer() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.folder.appendingPathComponent("texts").path)
    let texts = files.map { $0.components(separatedBy: ".txt")[0] }.sorted()
    #expect(texts.count > 120 && Self.rows.map { $0[0] }.sorted() == texts)
  }

  private static func read(_ name: String, _ bytes: some Sequence<UInt8>) throws -> Traces {
    let traces = try Logs.read(
      Array(bytes), isEncoded: name.hasPrefix("gzip.") || name.contains("powershell"))
    // A report is never empty.
    for crash in traces.crashes { #expect(!crash.message.isEmpty || !crash.goroutines.isEmpty) }
    return traces
  }

  /// Those whose lines mean something each: a cell of several lines, or a document of many, is broken by another's line; of two
  /// processes' lines both have the newest first, or none.
  private static let lines = rows.map { $0[0] }.filter { name in
    !["gzip", "powershell", "mac-ips", "csv-field", "newest"].contains { name.contains($0) }
  }

  /// Stacks that have no goroutine's header, or one that was changed, are found where lines are passed over as well.
  @Test(arguments: [
    "gdb-bt.waits", "gdb-signal.nilptr", "gdb-threads.waits", "lldb-bt.waits", "lldb-all.waits",
    "lldb-signal.nilptr", "logger.gin", "logger.gin-source", "nbsp.served",
  ])
  func farInALog(name: String) throws {
    let line = Array(
      "2026-11-28T15:10:15.318031Z level=info msg=\"GET /api/v1/cart 200\" id=8ca5996666ceab36\n".utf8)
    let log = Array(repeatElement(line, count: 20_000).joined())
    let text = try Self.bytes(name)
    #expect(log.count > LogReader.keptBytes)
    let found = try Logs.read(log + text)
    let alone = try Logs.read(text)
    #expect(!found.crashes.isEmpty && found.words == alone.words)
  }

  private static func seed(_ name: String) -> Seeded {
    Seeded(state: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
  }

  @Test(arguments: rows.map { $0[0] }) func isReadAsAPersonReadsIt(name: String) throws {
    let row = try #require(Self.rows.first { $0[0] == name })
    let traces = try Self.read(name, try Self.bytes(name))
    let answers = AnsweredLogTests.answer(traces)
    #expect(answers.count == 1, "\(answers)")
    let answer = try #require(answers.first).split(separator: "\t").map(String.init)
    #expect([answer[0]] + answer.suffix(3) == [row[1]] + row.suffix(3))
    // A console's line feed may stand where a blank was.
    let said = traces.crashes[0].message.joined(separator: " ")
    let words = row[2].components(separatedBy: " [recovered")[0]
    #expect(row[2] == "-" || said.contains(words), "\(said)")
  }

  /// Each text, cut somewhere at both ends: no name and no place that the whole text has not, but those that are cut.
  @Test(arguments: rows.map { $0[0] }) func cutAtBothEnds(name: String) throws {
    let text = try Self.bytes(name)
    let whole = Self.functions(try Self.read(name, text))
    var random = Self.seed(name)
    for _ in 0..<24 {
      let start = Int.random(in: 0..<text.count, using: &random)
      let end = Int.random(in: start...text.count, using: &random)
      for function in Self.functions(try Self.read(name, text[start..<end])) where !whole.contains(function) {
        #expect(
          function.hasPrefix("0x") || whole.contains { $0.hasSuffix(function) || $0.hasPrefix(function) },
          "\(start)..<\(end): \(function)")
      }
    }
  }

  /// Lines of a text with those of another one between them, both in their order.
  private static func mix(_ a: [UInt8], _ b: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var first = a.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
    var second = b.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
    var mixed: [UInt8] = []
    while !first.isEmpty || !second.isEmpty {
      let isFirst = second.isEmpty || !first.isEmpty && Int.random(in: 0..<3, using: &random) > 0
      mixed += (isFirst ? first.removeFirst() : second.removeFirst()) + [0x0a]
    }
    return mixed
  }

  /// Each text with the lines of a server's log between its own.
  @Test(arguments: lines) func amongAServersLines(name: String) throws {
    let text = try Self.bytes(name)
    let whole = Self.functions(try Self.read(name, text))
    let line = "127.0.0.1 - - [28/Nov/2026:15:10:00 +0000] \"GET /healthz HTTP/1.1\" 200 2\n"
    var random = Self.seed(name)
    let traces = try Self.read(name, Self.mix(text, Array(String(repeating: line, count: 12).utf8), &random))
    #expect(!traces.crashes.isEmpty)
    for function in Self.functions(traces) { #expect(whole.contains(function), "\(function)") }
  }

  /// Each text with the lines of another process's crash between its own, which docker compose put a name before: no chain
  /// has functions of both, and nearly always both are there as without the other. Where not, the first lines came before
  /// anything told whose they are.
  @Test func amongAnotherCrash() throws {
    let other = try Self.bytes("compose.maprace")
    let (otherAnswer, otherFunctions) = try Self.chains("compose.maprace", other)
    let names = Self.lines.filter { !$0.hasPrefix("compose") && !$0.contains("maprace") }
    var equal = 0
    for name in names {
      let text = try Self.bytes(name)
      let (answer, functions) = try Self.chains(name, text)
      var random = Self.seed(name)
      let (found, _) = try Self.chains(name, Self.mix(text, other, &random))
      #expect(!found.isEmpty)
      for chain in found {
        // An address is of a frame whose name did not come.
        let own = Set(chain.split(separator: "\t").last?.split(separator: " ").map(String.init) ?? [])
          .filter { !$0.hasPrefix("0x") }
        #expect(own.isSubset(of: functions) || own.isSubset(of: otherFunctions), "\(name): \(chain)")
      }
      equal += Set(found).isSuperset(of: answer + otherAnswer) ? 1 : 0
    }
    #expect(equal * 100 >= names.count * 85, "\(equal) of \(names.count)")
  }

  /// The answers of a text, and all its functions; a lone dash is no function's name.
  private static func chains(_ name: String, _ text: [UInt8]) throws -> ([String], Set<String>) {
    let traces = try read(name, text)
    return (AnsweredLogTests.answer(traces), functions(traces).union(["-"]))
  }

  /// Two processes whose lines nothing tells apart: nearly no place is said to be of another function than that of its own
  /// line. Where a goroutine ends between a name and its place, two mistakes can make up for one another.
  @Test func amongAnotherCrashWithNothingBetween() throws {
    let names = try Logs.all().filter { !["string", "three"].contains($0.components(separatedBy: "-")[0]) }
    var random = Seeded(state: 9)
    var (wrong, count) = ([String](), 0)
    for _ in 0..<60 {
      let (a, b) = (names.randomElement(using: &random)!, names.randomElement(using: &random)!)
      let (first, second) = (try Logs.bytes(a), try Logs.bytes(b))
      let places = Self.places(try Logs.read(first)).union(Self.places(try Logs.read(second)))
      let found = Self.places(try Logs.read(Self.mix(first, second, &random)))
      count += found.count
      wrong += found.filter { !places.contains($0) && !$0.hasSuffix(" at -:0") }
    }
    #expect(count > 1000 && wrong.count <= 2, "\(wrong) of \(count)")
  }

  private static func frames(_ traces: Traces) -> [TraceFrame] {
    traces.goroutines.flatMap { $0.frames + $0.ancestors.flatMap(\.frames) + [$0.creator].compactMap(\.self) }
  }

  private static func functions(_ traces: Traces) -> Set<String> {
    Set(frames(traces).map { traces.names.string($0.function) })
  }

  private static func places(_ traces: Traces) -> Set<String> {
    Set(
      frames(traces).map {
        "\(traces.names.string($0.function)) at \($0.file.map { traces.names.string($0) } ?? "-"):\($0.line)"
      })
  }
}
