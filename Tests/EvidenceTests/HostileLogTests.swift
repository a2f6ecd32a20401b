import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Evidence

@Suite("Logs that were cut, bent or made to hurt") struct HostileLogTests {
  /// However a log comes, what is found is the same.
  @Test func sizesOfReads() throws {
    for sample in ["three-1.27", "lockhang-1.27"] {
      let log = Array(repeating: UInt8(ascii: "x"), count: 70_000) + [0x0a] + (try Logs.bytes(sample))
      let whole = try Logs.read(log).words
      #expect(!whole.isEmpty)
      for size in [1, 7, 4096, 65_536] {
        #expect(try Logs.read(log, readSize: size).words == whole, "\(sample), \(size)")
      }
    }
  }

  /// Far into a long log, between lines that look a little like a traceback.
  @Test func inMuchElse() throws {
    let crash = try Logs.bytes("nested-1.27")
    let noise = Array(
      String(repeating: "2026/11/28 15:10:19 main.go:12: goodbye, pain at 0x1 f(0x2)\n", count: 30_000).utf8)
    #expect(try Logs.read(noise + crash + noise).words == (try Logs.read(crash).words))
  }

  @Test func cutAnywhere() throws {
    let log = try Logs.bytes("string-1.24")
    let whole = try Logs.read(log).goroutines.count
    for end in stride(from: 0, to: log.count, by: 97) {
      #expect(try Logs.read(Array(log[..<end])).goroutines.count <= whole)
      _ = try Logs.read(Array(log[end...]))
    }
  }

  @Test func bentAnywhere() throws {
    var generator = Seeded(state: 42)
    var crashes = 0
    for sample in ["three-1.27", "deadlock-1.21", "labels-1.27"] {
      let log = try Logs.bytes(sample)
      for _ in 0..<200 {
        var bent = log
        for _ in 0..<8 {
          bent[Int.random(in: bent.indices, using: &generator)] ^=
            1 << UInt8.random(in: 0..<8, using: &generator)
        }
        crashes += try Logs.read(bent).crashes.isEmpty ? 0 : 1
      }
    }
    #expect(crashes == 600)
  }

  /// Lines whose parts share a blank, or that hold nothing where something is awaited.
  @Test(arguments: [
    "* Goroutine 1 - User: (0x1)", "created by in goroutine 1", "created by  in goroutine 1",
    "\u{0}\u{0}panic: x",
    "#0 0x1 in  ()", "frame #0: 0x1 a`(", "\t  1 a+0x1 ()", "goroutine 1 [", "goroutine  [running]:", ": (0x",
    "[]:",
  ])
  func linesAlmostOfATraceback(line: String) throws {
    for before in ["", "goroutine 1 [running]:\n", "panic: x\n\n", "Goroutine 1 frames:\n"] {
      _ = try Logs.read(Array("\(before)\(line)\n\(line)\nmain.f()\n\t/a.go:1 +0x1\n\(line)".utf8))
    }
  }

  /// NULs stand where a file was emptied while somebody wrote to it.
  @Test func behindNULs() throws {
    let traces = try Logs.read(
      Array("\u{0}\u{0}\u{0}\u{0}goroutine 7 [running]:\nmain.f()\n\t/a.go:1 +0x1\n".utf8))
    #expect(traces.goroutines.map(\.id) == [7])
  }

  /// A megabyte or a few that would take minutes, or gigabytes, if each line were held against all before it.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      String(repeating: "runtime: x\n", count: 200_000),
      "runtime: goroutine stack exceeds 1\n" + String(repeating: "x\n", count: 500_000),
      "x" + String(repeating: "1", count: 1_000_000) + " goroutine 1 [running]:\nmain.f()\n",
      "x" + String(repeating: " ", count: 1_000_000) + "y goroutine 1 [running]:\nmain.f()\n",
      (0..<50_000).map { "[r\($0)a] panic: x\n" }.joined(),
      String(repeating: "{\"a\":\"\(String(repeating: "b", count: 4000))\"}\n", count: 256)
        + (0..<20_000).map { "[a\($0)] goroutine 1 [running]:\n" }.joined(),
      "fatal error: stack overflow\n\ngoroutine 1 [running]:\n"
        + String(repeating: "main.a()\n\t/a.go:1 +0x1\n", count: 100_000)
        + "main.b()\n\t/a.go:1 +0x1\n...5 frames elided...\nmain.a()\n\t/a.go:1 +0x1\n",
    ]) func whatWouldTakeForEver(log: String) throws
  {
    let traces = try Logs.read(Array(log.utf8))
    for trace in traces.goroutines { _ = Lap(trace) }
  }

  @Test func endlessLines() throws {
    var log = Array("goroutine 1 [running]:\n".utf8)
    log += Array(repeating: UInt8(ascii: "("), count: 5 << 20)
    log += Array("\npanic: x\n\ngoroutine 2 [running]:\nmain.main()\n\tmain.go:1 +0x1\n".utf8)
    let traces = try Logs.read(log)
    #expect(traces.diagnostics.overlongLines == 4 && traces.goroutines.count == 2)
  }

  @Test func nestedWrappings() throws {
    // JSON in JSON in JSON ends somewhere.
    var text = "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:1 +0x1\n\n"
    for _ in 0..<12 {
      let data = try JSONSerialization.data(withJSONObject: ["stack": text])
      text = String(decoding: data, as: UTF8.self) + "\n"
    }
    #expect(try Logs.read(Array(text.utf8)).crashes.isEmpty)
    let deep =
      String(repeating: "{\"a\":", count: 100_000) + "\"goroutine \"" + String(repeating: "}", count: 100_000)
    #expect(try Logs.read(Array(deep.utf8)).crashes.isEmpty)
  }

  /// Two processes write to one stream, and nothing tells their lines apart: no function is given another's place, and
  /// it is said that the text is torn.
  @Test func interleavedWithoutAWord() throws {
    var random = Seeded(state: 7)
    let logs = try ["three-1.27", "deadlock-1.24"].map { name in
      String(decoding: try Logs.bytes(name), as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
    }
    func pairs(_ traces: Traces) -> Set<String> {
      Set(
        traces.goroutines.flatMap(\.frames).map { frame in
          traces.names.string(frame.function) + " " + (frame.file.map { traces.names.string($0) } ?? "")
        })
    }
    let bare = try logs.map { try Logs.read(Array($0.joined(separator: "\n").utf8)) }
    let known = bare.map(pairs).reduce(Set()) { $0.union($1) }
    for _ in 0..<20 {
      var rest = logs.map { $0[...] }
      var lines: [Substring] = []
      while rest.contains(where: { !$0.isEmpty }) {
        let which = Int.random(in: 0..<2, using: &random)
        if let line = rest[which].popFirst() { lines.append(line) }
      }
      let traces = try Logs.read(Array(lines.joined(separator: "\n").utf8))
      let wrong = pairs(traces).filter { !$0.hasSuffix(" ") }.subtracting(known)
      #expect(wrong.isEmpty, "\(wrong)")
      #expect(traces.diagnostics.cutGoroutines > 0 && traces.diagnostics.foreignLines > 0)
    }
  }
}
