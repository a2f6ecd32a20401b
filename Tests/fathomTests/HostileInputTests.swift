import Foundation
import Testing

/// Inputs that once ended fathom by a signal, never ended, or passed without a word.
@Suite("Inputs that were made to hurt, as a user gives them") struct HostileInputTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-hostile-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private func run(_ text: String, _ arguments: String...) async throws -> Executable {
    try Data(text.utf8).write(to: folder.appendingPathComponent("input"))
    return try await Executable(arguments + ["input"], in: folder, environment: ["CI": "1"])
  }

  private func listing(_ address: String, _ lines: String...) -> String {
    "\nx:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n\(address) <main.f>:\n"
      + lines.map { $0 + "\n" }.joined()
  }

  @Test func aListingOfTheLastAddress() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = listing("ffffffffffffffff", "ffffffffffffffff:\tc3                   \tret")
    for arguments in [
      ["depth", "--function", "main.f", "--format", "pprof=/dev/null"], ["depth", "--format", "ndjson"],
      ["depth", "--format", "dot", "--function", "main.f"], ["scan"], ["scan", "--format", "ndjson"],
      ["show", "main.f"], ["heatmap", "-o", "out.svg"], ["check", "--module", "main"],
    ] {
      try Data(text.utf8).write(to: folder.appendingPathComponent("input"))
      let run = try await Executable(arguments + ["input"], in: folder)
      #expect([0, 1].contains(run.status), "\(arguments): \(run.status) \(run.errors)")
    }
  }

  @Test func aSlotAtTheEndOfAllAddresses() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = listing(
      "0000000000400000", "  400000:\tmov    %rdx,0x7fffffffffffffff(%rsp)",
      "  400009:\tcall   441820 <runtime.deferproc>", "  40000e:\tjmp    400000 <main.f>")
    #expect(try await run(text, "scan").status == 0)
  }

  /// A limit, a count and frames that no process has.
  @Test func logsThatCountTooMuch() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let overflow = try await run(
      "runtime: goroutine stack exceeds 9223372036854775807-byte limit\nfatal error: stack overflow\n\n"
        + "goroutine 1 [running]:\nmain.f(0x1)\n\t/a.go:1 +0x1 fp=0x10 sp=0x0 pc=0x1\n", "crash")
    #expect(overflow.status == 0 && overflow.output.contains("outgrew its limit\n"), "\(overflow.output)")
    let frame = "main.f(0x1)\n\t/a.go:1 +0x1\n"
    let elided =
      "goroutine 1 [select]:\n\(frame)\(frame)...4611686018427387904 frames elided...\nmain.g(0x1)\n\t/a.go:2 +0x1\n"
    for format in ["text", "ndjson", "folded", "dot"] {
      let run = try await run(elided, "goroutines", "--format", format)
      #expect(run.status == 0 && !run.output.contains("4611686018427387904"))
    }
    let count = try await run(
      "goroutine profile: total 1\n9223372036854775807 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/a.go:1\n", "goroutines"
    )
    #expect(count.status == 2 && count.errors.contains("no goroutine in it"), "\(count.errors)")
  }

  /// A log of the runtime's own stack alone: nothing to group is no success.
  @Test(arguments: ["text", "ndjson", "folded", "dot"])
  func aDumpWithoutGoroutines(format: String) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for text in [
      "fatal error: x\n\nruntime stack:\nruntime.throw()\n\t/a.go:1 +0x1\n", "nothing at all\n",
      "goroutine 1 [running]:\n",
    ] {
      let run = try await run(text, "goroutines", "--format", format)
      #expect(run.status == 2 && run.output.isEmpty, "\(text) \(run.output)")
      #expect(
        run.errors.contains("no goroutine in it") && run.errors.contains("«goroutine N ["), "\(run.errors)")
    }
  }
}
