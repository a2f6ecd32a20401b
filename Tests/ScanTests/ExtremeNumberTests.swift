import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// Numbers that no machine has, wherever a listing or a record has one: whatever comes of it, nothing stops, and nothing
/// is claimed of what could not be counted.
@Suite("Numbers that are too large") struct ExtremeNumberTests {
  private static let extremes = [
    "0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff", "0xfffffffffffffff8",
    "0x7ffffffffffffff8", "0x80000000", "0xffffffff", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "99999999999999999999999999", "0", "0x0", "2147483648", "4294967295", "63", "64",
    "255",
  ]

  /// The ranges of the numbers of a text, with `0x` and without.
  private func numbers(_ text: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var i = 0
    while i < text.count {
      guard text[i] &- 0x30 < 10 else {
        i += 1
        continue
      }
      let start = i
      let isHex = text[start...].starts(with: Array("0x".utf8))
      if isHex { i += 2 }
      while i < text.count, text[i] &- 0x30 < 10 || isHex && (text[i] | 0x20) &- 0x61 < 6 { i += 1 }
      found.append(start..<i)
    }
    return found
  }

  private func mutants(of bytes: [UInt8], _ count: Int, seed: UInt64, _ body: ([UInt8]) async -> Void) async {
    let places = numbers(bytes)
    var random = Seeded(state: seed)
    for _ in 0..<count {
      var mutant = bytes
      // From the end on, so that places stay where they are.
      let chosen = Set(
        (0..<Int.random(in: 1...40, using: &random)).compactMap { _ in places.randomElement(using: &random) })
      for place in chosen.sorted(by: { $0.lowerBound > $1.lowerBound }) {
        let number = Self.extremes.randomElement(using: &random)!
        mutant.replaceSubrange(place, with: number.utf8)
      }
      await body(mutant)
    }
  }

  @Test(arguments: [
    "amd64.go", "arm64.go", "386.go", "arm.go", "riscv64.go", "loong64.go", "ppc64le.go", "s390x.go",
    "amd64.gnu", "amd64.intel", "amd64.llvm", "arm64.gnu", "arm64.llvm14", "amd64.compiler",
    "arm64.compiler", "riscv64.compiler", "loong64.compiler", "ppc64le.compiler", "s390x.compiler",
  ])
  func inListings(name: String) async throws {
    let bytes = try sample(name)
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    // What defers, locks and loops in the samples stands at their beginning and end.
    let head = Array(lines.prefix(40).joined(separator: [0x0a]))
    let tail = Array(lines.suffix(700).joined(separator: [0x0a]))
    await mutants(of: head + [0x0a] + tail, 60, seed: 5) { mutant in
      guard let found = try? await program(of: mutant) else { return }
      for function in found.functions {
        #expect((0...StackFrame.limit).contains(function.frame.bytes))
        #expect(function.frame.bytes < StackFrame.limit || function.frame.uncertain != nil)
      }
    }
  }

  /// A store at the end of all addresses, in a function that defers in a loop: its slots are followed.
  @Test func aSlotAtTheEndOfMemory() async throws {
    for offset in ["0x7fffffffffffffff", "0x7ffffffffffffff9", "0x8000000000000000", "0xffffffffffffffff"] {
      for store in ["mov    %rdx,", "movups %xmm0,", "movb   $0x1,", "lock xadd %rdx,", "xor    %rdx,"] {
        let text =
          "\nx:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n0000000000400000 <main.f>:\n"
          + "  400000:\t\(store)\(offset)(%rsp)\n  400009:\tcall   441820 <runtime.deferproc>\n"
          + "  40000e:\tjmp    400000 <main.f>\n"
        let found = try await program(of: Array(text.utf8))
        #expect(found.functions.count == 1 && found.functions[0].deferSites[0].bound == nil)
      }
    }
  }

  /// SP goes down by more than there is memory: never a small frame.
  @Test func framesThatWrapAround() async throws {
    for amount in [
      "0x7fffffffffffffff", "0x8000000000000000", "0x8000000000000008", "0x4000000000000000", "0xfffffffff0",
    ] {
      let text =
        "TEXT main.f(SB) /a.go\n  a.go:1\t\t0x1000\t\t4883ec18\t\tSUBQ $\(amount), SP\n"
        + "  a.go:1\t\t0x1004\t\t4883ec18\t\tSUBQ $\(amount), SP\n  a.go:1\t\t0x1008\t\t4883ec18\t\tSUBQ $0x18, SP\n"
        + "  a.go:2\t\t0x100c\t\tc3\t\tRET\n\n"
      let frame = try await program(of: Array(text.utf8)).functions[0].frame
      #expect(frame.uncertain != nil, "\(amount): \(frame)")
    }
  }

  private let header =
    #"{"record":"header","schema":"fathom.scan/1","fathomVersion":"1","input":"a","inputKind":"binary","contentHash":null,"goVersion":null,"os":"linux","arch":"amd64","tags":[],"modulePath":null,"ownFrom":null,"disassembler":"gnu"}"#

  @Test func inRecords() async throws {
    let function =
      #"{"record":"function","entry":"0xffffffffffffffff","name":"main.f","aliases":[],"package":"main","module":null,"moduleVersion":null,"origin":"own","file":"a.go","line":2147483647,"endLine":2147483647,"size":68719476736,"frameBytes":68719476736,"frameSource":"walk","savesFramePointer":true,"uncertain":null,"splitCheck":"huge","deferSites":[{"kind":"heap","address":"0xffffffffffffffff","file":"a.go","line":15,"looping":true,"needless":false,"bound":68719476736}],"atomics":[],"calls":[{"address":"0xffffffffffffffff","target":"main.f","targetEntry":"0xffffffffffffffff","kind":"call","line":16}],"indirectCalls":[],"goStatements":[],"undecoded":68719476736}"#
    let end = #"{"record":"end","functions":1,"status":"complete","diagnostics":{}}"#
    let text = [header, function, end].joined(separator: "\n") + "\n"
    let found = try await program(of: Array(text.utf8))
    #expect(found.functions[0].frame.bytes == StackFrame.limit)
    await mutants(of: Array(text.utf8), 300, seed: 9) { _ = try? await program(of: $0) }
  }
}
