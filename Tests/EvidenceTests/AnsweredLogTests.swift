import Foundation
import ProgramModel
import Testing

@testable import Evidence

/// The texts of samples/crashes/pasted, and what a person reads in each (`answers.tsv`).
@Suite("Logs as they really come, against what a person reads") struct AnsweredLogTests {
  private static let folder = Logs.folder.appendingPathComponent("../pasted").standardized

  /// The rows: a log's name, then the columns of ``answer(_:)``.
  private static let rows: [[String]] = {
    let text = try? String(contentsOf: folder.appendingPathComponent("answers.tsv"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").dropFirst().map { row in
      row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }()

  /// Logs of two crashes, of which the first one has the answer.
  private static let withTwo: Set = ["race-then-panic", "two-processes", "two-served"]

  /// Kind, what was said, the goroutine, the first own function, the chain, of each crash.
  static func answer(_ traces: Traces) -> [String] {
    let program = Program(
      header: .init(
        input: "log", inputKind: .text, arch: .amd64, ownPrefixes: [traces.likelyModule].compactMap(\.self),
        disassembler: .go), names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
    let names = TracedNames(program)
    return traces.crashes.map { crash in
      let found = Postmortem(crash, of: traces, in: program, index: names)
      func name(_ frame: Postmortem.Frame) -> String { traces.names.string(frame.trace.function) }
      func orNone(_ text: String?) -> String { text.flatMap { $0.isEmpty ? nil : $0 } ?? "-" }
      let id = found.goroutine.flatMap { traces.goroutines[$0].id }
      return [
        crash.kind.rawValue, orNone(crash.said), orNone(id.map { "\($0)" }),
        orNone(found.firstOwn.map { name(found.frames[$0]) }),
        orNone(found.frames.map(name).joined(separator: " ")),
      ].joined(separator: "\t")
    }
  }

  @Test func everyTextHasAnAnswer() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let texts = files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
    #expect(texts.count > 20 && Self.rows.map { $0[0] } == texts)
  }

  @Test(arguments: rows.map { $0[0] }) func isReadAsAPersonReadsIt(name: String) throws {
    let row = try #require(Self.rows.first { $0[0] == name })
    let bytes = Array(try Data(contentsOf: Self.folder.appendingPathComponent(name + ".txt")))
    let answer = Self.answer(try Logs.read(bytes))
    #expect(answer.first == row.dropFirst().joined(separator: "\t"), "\(answer)")
    #expect(answer.count == (Self.withTwo.contains(name) ? 2 : 1), "\(answer)")
  }
}
