import Foundation
import SystemPackage
import Testing

/// 2,000 mutants of everything that fathom reads, the same ones in every run; `FATHOM_MUTANTS=50` makes 50 times as many.
///
/// Of each answer the following must hold, whatever the input:
///
/// - The process lives: no trap, no signal. Each kind runs in a process of its own, so that one shows which kind it was;
///   the mutant stands in the folder that the failure names.
/// - It is there within 5 s, and no more than 1 GB was taken at any time.
/// - It is a refusal; or a report that says that it is partial; or one that holds something: functions, a crash,
///   goroutines. A report is never empty without an error.
/// - Of an input that was cut and nothing else, a report that does not say so holds whole functions alone, each as the
///   input before the cut has it; and of a cut stream of records there is no report at all. Logs, words of stacks, and
///   the files of a project have no end that could be missing: of those a cut is an input like any other.
@Suite("Mutants of every kind of input") struct MutantTests {
  private static let times = ProcessInfo.processInfo.environment["FATHOM_MUTANTS"].flatMap { Int($0) } ?? 1

  @Test(.timeLimit(.minutes(2 * times)), arguments: InputKind.allCases)
  func noneIsTakenForSound(kind: InputKind) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-mutants-\(kind)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let answer = folder.appendingPathComponent("answer")
    let count = kind.share * Self.times
    await #expect(processExitsWith: .success, "\(folder.path)/mutant-\(kind) is the last") {
      [kind = kind as InputKind, count = count as Int, path = folder.path as String] in
      // What a trap says stands beside the mutant.
      let errors = try FileDescriptor.open(
        FilePath(path).appending("errors"), .writeOnly, options: [.create, .truncate],
        permissions: .ownerReadWrite)
      _ = try errors.duplicate(as: .standardError)
      var attack = try await Attack(kind, in: URL(fileURLWithPath: path))
      try await attack.run(count)
      let flaws = attack.flaws.map { "\($0)\n" }.joined()
      // Mutants that are all refused would show nothing of what lies behind.
      let isOfUse = attack.reports * 20 > attack.runs
      let peak = peakMemory()
      let counts =
        "\(attack.runs) runs" + (isOfUse ? "" : ", \(attack.reports) not refused")
        + (peak < 1_000_000_000 ? "" : ", \(peak) bytes taken")
      try Data((flaws + counts + "\n").utf8).write(to: URL(fileURLWithPath: path + "/answer"))
    }
    let said = (try? String(contentsOf: answer, encoding: .utf8)) ?? "no answer"
    #expect(said == "\(count) runs\n", "in \(folder.path)")
    if said == "\(count) runs\n" { try FileManager.default.removeItem(at: folder) }
  }

  @Test func areTwoThousand() { #expect(InputKind.allCases.reduce(0) { $0 + $1.share } == 2000) }
}

/// The most memory that this process had at once, in bytes.
private func peakMemory() -> Int {
  #if canImport(Darwin)
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
  #else
    // Not getrusage: Linux counts what the parent had when it forked.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let words = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }) ?? []
    return (words.count > 1 ? Int(words[1]) : nil).map { $0 * 1024 } ?? .max
  #endif
}
