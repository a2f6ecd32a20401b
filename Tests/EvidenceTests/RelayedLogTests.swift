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

  @Test(arguments: rows.map { $0[0] }) func isReadAsAPersonReadsIt(name: String) throws {
    let row = try #require(Self.rows.first { $0[0] == name })
    let traces = try Logs.read(try Self.bytes(name))
    let answers = AnsweredLogTests.answer(traces).map { $0.split(separator: "\t").map(String.init) }
    #expect(answers.count == 1, "\(answers)")
    let answer = try #require(answers.first)
    #expect([answer[0]] + answer[2...] == [row[1]] + row[3...])
    // A console's line feed may stand where a blank was.
    let said = traces.crashes[0].message.joined(separator: " ")
    let words = row[2].components(separatedBy: " [recovered")[0]
    #expect(row[2] == "-" || said.contains(words), "\(said)")
  }

  /// Each text, cut somewhere at both ends: what is found is part of what the whole text has, or says that it breaks off.
  @Test(arguments: rows.map { $0[0] }) func cutAtBothEnds(name: String) throws {
    let text = try Self.bytes(name)
    let whole = Self.functions(try Logs.read(text))
    var random = Seeded(state: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }.magnitude))
    for _ in 0..<24 {
      let start = Int.random(in: 0..<text.count, using: &random)
      let end = Int.random(in: start...text.count, using: &random)
      let cut = try Logs.read(Array(text[start..<end]))
      // A name that is cut begins or ends as the whole one does.
      for function in Self.functions(cut) where !whole.contains(function) {
        #expect(whole.contains { $0.hasSuffix(function) || $0.hasPrefix(function) }, "\(start)..<\(end): \(function)")
      }
    }
  }

  /// Each text with the lines of another process between its own: no frame of one is in a stack of the other.
  @Test(arguments: rows.map { $0[0] }) func amongAnotherProcessesLines(name: String) throws {
    let text = try Self.bytes(name)
    guard !name.contains("powershell"), !name.hasPrefix("gzip.") else { return }
    let whole = Self.functions(try Logs.read(text))
    let other = "127.0.0.1 - - [28/Nov/2026:15:10:00 +0000] \"GET /healthz HTTP/1.1\" 200 2"
    var random = Seeded(state: 3)
    var mixed: [UInt8] = []
    for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
      if Int.random(in: 0..<6, using: &random) == 0 { mixed += Array((other + "\n").utf8) }
      mixed += line + [0x0a]
    }
    let traces = try Logs.read(mixed)
    #expect(!traces.crashes.isEmpty)
    for function in Self.functions(traces) { #expect(whole.contains(function), "\(function)") }
  }

  private static func functions(_ traces: Traces) -> Set<String> {
    Set(traces.goroutines.flatMap { $0.frames + $0.ancestors.flatMap(\.frames) }.map { traces.names.string($0.function) })
  }
}
