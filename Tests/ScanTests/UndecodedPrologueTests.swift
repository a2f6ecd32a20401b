import ProgramModel
import Testing

@testable import Scan

/// Prologues of which the disassembler did not decode everything.
@Suite("Prologues with instructions that were not decoded") struct UndecodedPrologueTests {
  /// What llvm-objdump 14 prints of a function with 102,440 bytes of frame, built with GOPPC64=power10: the second halves of
  /// instructions of eight bytes look like other instructions, which agree on a smaller frame.
  private static let power10 = """

    huge:\tfile format elf64-powerpcle

    Disassembly of section .text:

    0000000000095c30 <main.huge>:
       95c30: 10 00 de ea  \tld 22, 16(30)
       95c34: 01 00 00 06  \t<unknown>
       95c38: a8 8f e0 3a  \tli 23, -28760
       95c3c: 40 b8 21 7c  \tcmpld\t1, 23
       95c40: 14 00 80 41  \tbt\t0, 0x95c54 <main.huge+0x24>
       95c44: fe ff 03 06  \t<unknown>
       95c48: 58 70 e1 3a  \taddi 23, 1, 28760
       95c4c: 40 b8 36 7c  \tcmpld\t22, 23
       95c50: 10 00 80 41  \tbt\t0, 0x95c60 <main.huge+0x30>
       95c54: a6 02 a8 7c  \tmflr 5
       95c58: 09 b4 ff 4b  \tbl 0x91060 <runtime.morestack_noctxt.abi0>
       95c5c: d4 ff ff 4b  \tb 0x95c30 <main.huge>
       95c60: a6 02 a8 7f  \tmflr 29
       95c64: fe ff 03 06  \t<unknown>
       95c68: d8 6f e0 3b  \tli 31, 28632
       95c6c: 6a f9 a1 7f  \tstdux 29, 1, 31
       95c70: 28 00 81 3a  \taddi 20, 1, 40
       95c98: 28 00 61 38  \taddi 3, 1, 40
       95c9c: 85 ff ff 4b  \tbl 0x95c20 <main.use>
       95ca0: 00 00 e1 eb  \tld 31, 0(1)
       95ca4: a6 03 e8 7f  \tmtlr 31
       95ca8: 01 00 00 06  \t<unknown>
       95cac: 28 90 21 38  \taddi 1, 1, -28632
       95cb0: 20 00 80 4e  \tblr

    """

  @Test func isNotCertain() async throws {
    // The gap at 0x95c74 is filled, so that nothing but the prologue can be the reason.
    let filled = Self.power10.replacing(
      "   95c98:",
      with: (0..<9).map { "   \(String(0x95c74 + 4 * $0, radix: 16)): 00 00 00 60  \tnop\n" }.joined()
        + "   95c98:")
    let function = try #require(try await program(of: Array(filled.utf8)).functions.first)
    #expect(function.frame.uncertain == .undecoded)
    #expect(function.undecoded == 4)
  }

  /// A frame above 32,760 bytes is reserved by an instruction of eight bytes.
  @Test(arguments: [Disassembler.go, .gnu, .llvm]) func power10(disassembler: Disassembler)
    async throws
  {
    let files = [
      "go.mod": "module example.com/huge\n\ngo 1.21\n",
      "main.go": """
      package main

      //go:noinline
      func use(a *[100 << 10]byte) { a[7]++ }

      func main() {
      \tvar a [100 << 10]byte
      \tuse(&a)
      }

      """,
    ]
    try await withGoProgram(files, .ppc64le, settings: ["GOPPC64=power10"]) { path in
      var options = ScanOptions()
      options.disassembler = disassembler
      let program = try await program(path, options)
      let main = try #require(program.functions.first { program.names.string($0.name) == "main.main" })
      #expect(main.frame.uncertain == nil && main.frame.splitCheck == .huge)
      #expect(main.frame.bytes > 100 << 10 && main.frame.bytes < 101 << 10)
      let verification = try await verify(Array(path.utf8CString), options: options).verification
      #expect(verification.disagreements.isEmpty)
      #expect(verification.counts[.frame]?.uncertain ?? 99 < 10)
    }
  }
}
