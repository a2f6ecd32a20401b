import Foundation
import SystemPackage
import Testing

/// 2,000 mutants of everything that fathom reads, the same ones in every run.
///
/// Of each answer the following must hold, whatever the input:
///
/// - The process lives: no trap, no signal. Each kind runs in a process of its own, so that one shows which kind it was;
///   the mutant stands in the folder that the failure names.
/// - It is there within 5 s.
/// - It is a refusal; or a report that says that it is partial; or one that holds something: functions, a crash,
///   goroutines. A report is never empty without an error.
/// - Of an input that was cut and nothing else, a report that does not say so holds whole functions alone, each as the
///   input before the cut has it; and of a cut stream of records there is no report at all. Logs, words of stacks, and
///   the files of a project have no end that could be missing: of those a cut is an input like any other.
@Suite("Mutants of every kind of input") struct MutantTests {
  @Test(.timeLimit(.minutes(2)), arguments: InputKind.allCases)
  func noneIsTakenForSound(kind: InputKind) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-mutants-\(kind)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let answer = folder.appendingPathComponent("answer")
    await #expect(processExitsWith: .success, "\(folder.path)/mutant-\(kind) is the last") {
      [kind = kind as InputKind, path = folder.path as String] in
      // What a trap says stands beside the mutant.
      let errors = try FileDescriptor.open(
        FilePath(path).appending("errors"), .writeOnly, options: [.create, .truncate],
        permissions: .ownerReadWrite)
      _ = try errors.duplicate(as: .standardError)
      var attack = try await Attack(kind, in: URL(fileURLWithPath: path))
      try await attack.run(kind.share)
      let flaws = attack.flaws.map { "\($0)\n" }.joined()
      // Mutants that are all refused would show nothing of what lies behind.
      let isOfUse = attack.reports * 20 > attack.runs
      let counts = "\(attack.runs) runs" + (isOfUse ? "" : ", \(attack.reports) not refused")
      try Data((flaws + counts + "\n").utf8).write(to: URL(fileURLWithPath: path + "/answer"))
    }
    let said = (try? String(contentsOf: answer, encoding: .utf8)) ?? "no answer"
    #expect(said == "\(kind.share) runs\n", "in \(folder.path)")
    if said == "\(kind.share) runs\n" { try FileManager.default.removeItem(at: folder) }
  }

  @Test func areTwoThousand() { #expect(InputKind.allCases.reduce(0) { $0 + $1.share } == 2000) }
}
