import ProgramModel
import Testing

@testable import Scan

/// A loop of one stretch of code leads to itself: what it changes is not known behind it.
@Suite("Loops of one stretch of code") struct OneNodeLoopTests {
  /// Defers as often as a slot says that was 3 and grew by one, once or in a loop.
  private func bound(_ back: String) async throws -> Int32? {
    let lines = [
      "sub    $0x40,%rsp", "movq   $0x3,0x10(%rsp)", "movq   $0x0,0x18(%rsp)", "incq   0x10(%rsp)",
      "dec    %rdx",
      back, "mov    0x18(%rsp),%rax", "cmp    0x10(%rsp),%rax", "jge    400060 <main.f+0x60>",
      "call   441820 <runtime.deferproc>", "incq   0x18(%rsp)", "jmp    400030 <main.f+0x30>",
      "add    $0x40,%rsp",
      "ret",
    ]
    var text =
      "\nx:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n0000000000400000 <main.f>:\n"
    for (i, line) in lines.enumerated() { text += "  \(String(0x400000 + 8 * i, radix: 16)):\t\(line)\n" }
    let site = try #require(try await program(of: Array(text.utf8)).functions[0].deferSites.first)
    #expect(site.kind == .heap && site.looping)
    return site.bound
  }

  @Test func once() async throws { #expect(try await bound("nop") == 4) }

  @Test func again() async throws { #expect(try await bound("jne    400018 <main.f+0x18>") == nil) }
}
