import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Evidence

/// What takes a second of a small log must not take an hour of a large one. The clocks are wide: what they tell apart is
/// the length from its square.
@Suite("Logs that are long") struct LongLogTests {
  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return Double((ContinuousClock.now - start).components.seconds)
  }

  private func overflow(_ names: [String]) throws -> GoroutineTrace {
    var text = "fatal error: stack overflow\n\ngoroutine 1 [running]:\n"
    for name in names { text += "main.\(name)(0x1)\n\t/a.go:1 +0x1\n" }
    return try #require(try Logs.read(Array(text.utf8)).goroutines.first)
  }

  /// By trying every turn from every place.
  private func turn(_ names: [String]) -> (start: Int, length: Int)? {
    for start in stride(from: 1, through: max(1, names.count / 2), by: 1) where names.count - start >= 2 {
      for length in 1...(names.count - start) / 2
      where (start..<names.count - length).allSatisfy({ names[$0] == names[$0 + length] }) {
        return (start, length)
      }
    }
    return nil
  }

  /// The turn of an overflow is the one that trying all of them finds.
  @Test func everyTurn() throws {
    var random = Seeded(state: 3)
    for _ in 0..<400 {
      let lap = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        ["a", "b", "c"].randomElement(using: &random)!
      }
      let prefix = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        ["a", "b", "d"].randomElement(using: &random)!
      }
      let names = Array(
        (prefix + (0..<6).flatMap { _ in lap }).prefix(Int.random(in: 0...24, using: &random)))
      guard !names.isEmpty else { continue }
      let found = Lap(try overflow(names))
      let expected = turn(names)
      #expect(found?.frames == expected.map { $0.start..<$0.start + $0.length }, "\(names)")
    }
  }

  /// The runtime prints fifty innermost and fifty outermost frames (Go `runtime/traceback.go`, traceback2): a cycle of
  /// more functions than are there twice is known by both ends, and what a turn takes by how far they are apart.
  @Test(arguments: 2...50) func turnsOfManyFunctions(length: Int) throws {
    let all = (0..<length * 1000 + 7).map { "f\($0 % length)" } + ["main", "start"]
    var text = "fatal error: stack overflow\n\ngoroutine 1 [running]:\n"
    for (i, name) in all.enumerated() where i < 50 || i >= all.count - 50 {
      if i == all.count - 50 { text += "...\(all.count - 100) frames elided...\n" }
      let (sp, fp) = (String(0x1000 + i * 32, radix: 16), String(0x1020 + i * 32, radix: 16))
      text += "main.\(name)(0x1)\n\t/a.go:1 +0x1 fp=0x\(fp) sp=0x\(sp) pc=0x1\n"
    }
    let goroutine = try #require(try Logs.read(Array(text.utf8)).goroutines.first)
    let lap = try #require(Lap(goroutine))
    #expect(lap.frames.count == length && lap.measured == 32 * length)
  }

  /// A turn of many frames with none that repeats, one frame alone, and all but one frame alike.
  @Test(arguments: [0, 1, 2, 3]) func turnsOfManyFrames(kind: Int) throws {
    let count = 60_000
    let names = (0..<count).map { i in
      switch kind {
      case 0: "f\(i)"
      case 1: "a"
      case 2: i == count - 1 ? "b" : "a"
      default: "f\(i % (count / 3))"
      }
    }
    let goroutine = try overflow(names)
    let time = seconds { _ = Lap(goroutine) }
    #expect(time < 10, "\(time) s")
  }

  @Test func linesOfBlanksAndReturns() throws {
    let name = "main.F[" + String(repeating: "a ", count: 400_000) + "](0x1)\n"
    let returns = String(repeating: "\r", count: 900_000) + "\n"
    let time = try seconds {
      let traces = try Logs.read(
        Array(("goroutine 1 [running]:\n" + name + "\t/a.go:1 +0x1\n" + returns).utf8))
      #expect(traces.goroutines[0].frames.count == 1)
    }
    #expect(time < 20, "\(time) s")
  }
}
