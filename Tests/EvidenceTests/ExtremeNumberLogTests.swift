import Foundation
import ProgramModel
import Testing

@testable import Evidence

/// Logs whose numbers no process has: nothing stops, and what could not be counted is not claimed.
@Suite("Logs with numbers that are too large") struct ExtremeNumberLogTests {
  private func traces(_ text: String) throws -> Traces { try Logs.read(Array(text.utf8)) }

  private func groups(_ traces: Traces, _ functions: [String] = []) -> GoroutineGroups {
    var program = Program(
      header: Program.Header(input: "", inputKind: .text, arch: .amd64, disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
    for (i, name) in functions.enumerated() {
      program.functions.append(
        Function(
          entry: UInt64(i + 1) * 16, name: program.names.intern(name), size: 16,
          frame: StackFrame(bytes: 64, splitCheck: .small)))
    }
    return GoroutineGroups(traces, in: program, index: TracedNames(program))
  }

  @Test(arguments: ["9223372036854775807", "2147483648", "18446744073709551616"])
  func aCountThatNoProcessHas(count: String) throws {
    let traces = try traces("goroutine profile: total 1\n\(count) @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/a.go:1\n")
    #expect(traces.goroutines.isEmpty)
  }

  @Test func countsThatAddUp() throws {
    var text = "goroutine profile: total 1\n"
    for i in 0..<200 {
      text += "2147483647 @ 0x1 0x2\n#\t0x1\tmain.f\(i)+0x1\t/a.go:1\n\n"
    }
    let found = groups(try traces(text))
    #expect(found.count == 200 * 2_147_483_647 && found.weight > 0)
  }

  @Test(arguments: [
    ("4611686018427387904", Int?.none), ("9223372036854775807", nil), ("18446744073709551615", nil),
    ("99999999999999999999999", nil), ("4294967295", 4_294_967_295), ("12", 12),
  ])
  func framesThatWereElided(count: String, expected: Int?) throws {
    let frame = "main.f(0x1)\n\t/a.go:1 +0x1\n"
    let traces = try traces(
      "goroutine 1 [select]:\n\(frame)\(frame)...\(count) frames elided...\nmain.g(0x1)\n\t/a.go:2 +0x1\n\n")
    #expect(traces.goroutines[0].elided == .init(behind: 2, count: expected))
    let depth = groups(traces).groups[0].depth
    #expect(depth == 3 + (expected ?? 0))
  }

  @Test(arguments: ["9223372036854775807", "99999999999999999999999", "68719476736"])
  func aLimitThatNoStackHas(limit: String) throws {
    let traces = try traces(
      "runtime: goroutine stack exceeds \(limit)-byte limit\n"
        + "runtime: sp=0x1 stack=[0x0, 0xffffffffffffffff]\nfatal error: stack overflow\n\ngoroutine 1 [running]:\n"
        + "main.f(0x1)\n\t/a.go:1 +0x1 fp=0xffffffffffffffff sp=0x0 pc=0xffffffffffffffff\n")
    #expect(traces.crashes[0].limit == nil && traces.crashes[0].stack == nil)
    #expect(traces.goroutines[0].frames[0].measured == nil)
  }

  /// Frames of 32 GiB each: the stack that they need is more than there is.
  @Test func framesThatAddUp() throws {
    var text = "goroutine 1 [select]:\n"
    for i in 0..<100_000 {
      let fp = String(UInt64(i) &* 0x8_0000_0000 &+ 0x7_ffff_ffff, radix: 16)
      let sp = String(UInt64(i) &* 0x8_0000_0000, radix: 16)
      text += "main.f\(i % 3)(0x1)\n\t/a.go:1 +0x1 fp=0x\(fp) sp=0x\(sp) pc=0x1\n"
    }
    let group = try #require(groups(try traces(text), ["main.f0", "main.f1", "main.f2"]).groups.first)
    #expect(group.stackBytes > 1 << 40 && (group.pathBytes ?? 0) > 1 << 40)
  }

  @Test func linesAndTimes() throws {
    let traces = try traces(
      "goroutine 99999999999999999999999 [select]:\nmain.f(0x1)\n\t/a.go:1 +0x1\n\n"
        + "goroutine 7 [select, 99999999999 minutes]:\nmain.f(0x1)\n\t/a.go:99999999999 +0xfffffffffff\n\n")
    // The first one lost its header.
    #expect(traces.goroutines.map(\.isCut) == [true, false] && traces.goroutines[1].minutes == 0)
    #expect(traces.goroutines[1].frames[0].line == 0 && traces.goroutines[1].frames[0].offset == nil)
  }

  /// `*` of a hex dump stands for so much in all, however often it is there.
  @Test func repeatedMemory() {
    var text = ""
    for i in 0..<2_000 {
      let line = "01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
      let address = String(i * 0x100_0000 + 0x1000_0000, radix: 16)
      text += "\(String(repeating: "0", count: 16 - address.count))\(address)  \(line)\n*\n"
    }
    let bytes = Array(text.utf8)
    let memory = StackWords(bytes.span)
    let size = memory?.pieces.reduce(0) { $0 + $1.bytes.count } ?? 0
    #expect(size > 0 && size <= 1 << 25 && memory?.otherLines ?? 0 > 1_000)
  }
}
