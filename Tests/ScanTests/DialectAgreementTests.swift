import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("The same functions through every dialect") struct DialectAgreementTests {
  /// Lines that are not understood, and instructions that the disassembler did not decode. These can only
  /// go down. The archive's are its relocations, behind the instruction.
  @Test(arguments: [
    ("amd64.gnu-lines", 0, 0), ("amd64.gnu-noraw", 0, 0), ("amd64.gnu-one", 0, 0), ("amd64.gnu-source", 0, 0),
    ("amd64.gnu", 0, 0), ("amd64.go-archive", 0, 0), ("amd64.go-crlf", 0, 0), ("amd64.go", 0, 0),
    ("amd64.intel", 0, 0), ("amd64.llvm", 0, 0), ("amd64.llvm14", 0, 0), ("arm64.gnu", 0, 0),
    ("arm64.go", 0, 0),
    ("amd64.compiler", 0, 0), ("arm64.compiler", 0, 0), ("riscv64.compiler", 0, 0),
    ("loong64.compiler", 0, 0), ("ppc64le.compiler", 0, 0), ("s390x.compiler", 0, 0), ("arm.go", 0, 0),
    ("arm.gnu-one", 0, 0),
    ("arm.llvm-one", 0, 0), ("arm.llvm14-one", 0, 0),
    ("386.go", 0, 0), ("386.gnu-one", 0, 0), ("386.intel-one", 0, 0), ("386.llvm-one", 0, 0),
    ("386.llvm14-one", 0, 0), ("ppc64le.go", 0, 0), ("ppc64le.gnu-one", 0, 0), ("ppc64le.llvm-one", 0, 0),
    ("ppc64le.llvm14-one", 0, 0), ("s390x.go", 0, 0), ("s390x.gnu-one", 0, 0), ("riscv64.go", 0, 0),
    ("riscv64.gnu-one", 0, 0), ("riscv64.llvm-one", 0, 0),
    ("riscv64.llvm14-one", 0, 0), ("loong64.go", 0, 40), ("loong64.llvm19-one", 0, 0), ("arm64.llvm", 0, 0),
    ("arm64.llvm14", 0, 23), ("darwin-arm64.llvm", 0, 0),
    ("windows-amd64.gnu-one", 0, 0), ("windows-amd64.llvm-one", 0, 0), ("windows-arm64.gnu-one", 0, 0),
    ("windows-arm64.llvm-one", 0, 0),
  ])
  func nothingIsDropped(name: String, unknown: Int, undecoded: Int) async throws {
    let found = try await scanSample(name).diagnostics
    #expect(found.unknownLines == unknown)
    #expect(found.undecoded == undecoded)
    #expect(found.orphanInstructions == 0 && found.cutFunctions == 0 && found.repeatedFunctions == 0)
  }

  @Test(arguments: [
    ("amd64.go", "amd64.gnu", 158), ("amd64.go", "amd64.gnu-noraw", 158), ("amd64.go", "amd64.gnu-one", 1),
    ("amd64.go", "amd64.go-crlf", 21), ("amd64.go", "amd64.intel", 158), ("amd64.go", "amd64.llvm", 158),
    ("amd64.go", "amd64.llvm14", 158), ("amd64.go", "amd64.gnu-lines", 158),
    ("amd64.go", "amd64.gnu-source", 1),
    ("arm64.go", "arm64.gnu", 158), ("arm64.go", "arm64.llvm", 158),
    ("386.go", "386.gnu-one", 1), ("386.go", "386.intel-one", 1), ("386.go", "386.llvm-one", 1),
    ("386.go", "386.llvm14-one", 1),
    ("arm.go", "arm.gnu-one", 1), ("arm.go", "arm.llvm-one", 1), ("arm.go", "arm.llvm14-one", 1),
    ("riscv64.go", "riscv64.gnu-one", 1), ("riscv64.go", "riscv64.llvm-one", 1),
    ("riscv64.go", "riscv64.llvm14-one", 1), ("loong64.go", "loong64.llvm19-one", 1),
    ("ppc64le.go", "ppc64le.gnu-one", 1), ("ppc64le.go", "ppc64le.llvm-one", 1),
    ("ppc64le.go", "ppc64le.llvm14-one", 1), ("s390x.go", "s390x.gnu-one", 1),
    ("windows-amd64.gnu-one", "windows-amd64.llvm-one", 1),
    ("windows-arm64.gnu-one", "windows-arm64.llvm-one", 1),
  ])
  func agrees(reference: String, other: String, count: Int) async throws {
    let program = try await scanSample(other)
    #expect(program.functions.count == count)
    try compare(await scanSample(reference), program)
  }

  /// Version 14 does not know the LSE atomics; all else it does.
  @Test func llvm14LosesOnlyAtomics() async throws {
    let whole = try await scanSample("arm64.go")
    let lossy = try await scanSample("arm64.llvm14")
    #expect(whole.functions.count == lossy.functions.count)
    for (a, b) in zip(whole.functions, lossy.functions) {
      #expect(a.entry == b.entry && a.frame == b.frame && a.size == b.size)
      #expect(a.deferSites.map(\.kind) == b.deferSites.map(\.kind))
    }
  }

  /// A real program through three live disassemblers.
  @Test(arguments: liveMachines.filter { $0.disassemblers.count > 1 }) func realBinary(
    arch: Architecture
  ) async throws {
    var programs: [Program] = []
    // GNU's takes minutes of these two's linked programs; scripts/accuracy has them.
    let isSlow = arch == .arm || arch == .riscv64
    for disassembler in arch.disassemblers where !(isSlow && disassembler == .gnu) {
      var options = ScanOptions()
      options.disassembler = disassembler
      options.jobs = 2
      let program = try await program(linkProgram(arch), options)
      #expect(program.header.disassembler == disassembler)
      #expect(program.diagnostics.unknownLines == 0)
      #expect(program.functions.count > 5000)
      #expect(program.functions.filter { $0.frame.uncertain != nil }.count <= 10)
      programs.append(program)
    }
    for program in programs.dropFirst() { try compare(programs[0], program) }
  }

  private func compare(_ reference: Program, _ other: Program) throws {
    var differing: [String] = []
    for function in other.functions where function.size > 0 {
      guard let i = reference.index(ofEntry: function.entry) else { continue }
      let expected = reference.functions[i]
      let names = [expected.name] + expected.aliases
      let a = Facts(reference)
      let b = Facts(other)
      // Of an address's symbols each tool takes its own first.
      guard names.map({ a.name($0) }).contains(b.name(function.name)) else { continue }
      let left = facts(expected, a)
      let right = facts(function, b)
      if left != right { differing.append("\(a.name(expected.name)): \(left) ≠ \(right)") }
    }
    #expect(differing.isEmpty, "\(differing.count): \(differing.prefix(5).joined(separator: "\n"))")
  }

  private func facts(_ f: Function, _ facts: Facts) -> String {
    let defers = f.deferSites.map { "\($0.kind) \($0.looping) \($0.needless) \($0.bound ?? -1)" }
    let atomics = f.atomics.map {
      "\(String($0.address, radix: 16)) \(facts.name($0.instruction)) \($0.inLoop)"
    }
    let callees = (f.goStatements.map(\.callee) + f.deferSites.map(\.callee) + f.indirectCalls.map(\.callee))
      .map { facts.name($0.target) }
    return "\(f.frame.bytes) \(f.frame.splitCheck) \(defers) \(atomics) \(callees)"
  }
}
