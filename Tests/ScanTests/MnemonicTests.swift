import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// Every branch and every trap that Go's assemblers have (`cmd/internal/obj/*/anames.go`, those that take a label or nothing),
/// assembled, linked, and read through each disassembler: what one calls a branch the other may spell otherwise.
@Suite("Branches and traps of the assemblers") struct MnemonicTests {
  private struct Machine {
    /// Each goes back to the label `loop`.
    var branches: [String]
    /// Nothing runs behind one.
    var traps: [String]
    /// A call of what a register holds.
    var call: String
  }

  private static let x86 = Machine(
    branches: [
      "JMP", "JCC", "JCS", "JEQ", "JGE", "JGT", "JHI", "JLE", "JLS", "JLT", "JMI", "JNE", "JOC", "JOS", "JPC",
      "JPL",
      "JPS", "LOOP", "LOOPEQ", "LOOPNE",
    ].map { "\($0) loop" }, traps: ["UNDEF", "UD2", "HLT"], call: "CALL AX")

  /// Less what Go assembles to something else: amd64's JCXZL, one byte too far; s390x's BVC, which never jumps; UNDEF of
  /// arm64, ppc64le and s390x, a word of zeros, which stands only behind calls that do not come back.
  private static func machine(_ arch: Architecture) -> Machine {
    switch arch {
    case .amd64:
      var machine = x86
      machine.branches.append("JCXZQ loop")
      return machine
    case .i386: return x86
    case .arm64:
      return Machine(
        branches: [
          "JMP", "BCC", "BCS", "BEQ", "BGE", "BGT", "BHI", "BHS", "BLE", "BLO", "BLS", "BLT", "BMI", "BNE",
          "BPL",
          "BVC", "BVS", "CBNZ R1,", "CBNZW R1,", "CBZ R1,", "CBZW R1,", "TBNZ $1, R1,", "TBZ $1, R1,",
        ].map { "\($0) loop" }, traps: ["BRK", "HLT"], call: "CALL (R7)")
    case .arm:
      return Machine(
        branches: [
          "JMP", "BEQ", "BNE", "BCS", "BHS", "BCC", "BLO", "BMI", "BPL", "BVS", "BVC", "BHI", "BLS", "BGE",
          "BLT",
          "BGT", "BLE",
        ].map { "\($0) loop" }, traps: ["UNDEF"], call: "CALL (R7)")
    case .riscv64:
      return Machine(
        branches: [
          "JMP", "BEQ X5, X6,", "BNE X5, X6,", "BLT X5, X6,", "BLTU X5, X6,", "BGE X5, X6,", "BGEU X5, X6,",
          "BEQZ X5,", "BGEZ X5,", "BGT X5, X6,", "BGTU X5, X6,", "BGTZ X5,", "BLE X5, X6,", "BLEU X5, X6,",
          "BLEZ X5,", "BLTZ X5,", "BNEZ X5,",
        ].map { "\($0) loop" }, traps: ["UNDEF", "EBREAK"], call: "CALL X7")
    case .loong64:
      return Machine(
        branches: [
          "JMP", "BEQ R4,", "BEQ R4, R5,", "BGEZ R4,", "BLEZ R4,", "BGTZ R4,", "BLTZ R4,", "BFPF", "BFPT",
          "BFPF FCC0,", "BFPT FCC0,", "BNE R4,", "BNE R4, R5,", "BGE R4, R5,", "BLT R4, R5,", "BLTU R4, R5,",
          "BGEU R4, R5,",
        ].map { "\($0) loop" }, traps: ["UNDEF", "BREAK"], call: "CALL (R7)")
    case .ppc64le:
      return Machine(
        branches: [
          "JMP", "BEQ", "BGE", "BGT", "BLE", "BLT", "BNE", "BVC", "BVS", "BEQ CR1,", "BGE CR1,", "BGT CR1,",
          "BLE CR1,", "BLT CR1,", "BNE CR1,", "BDNZ", "BDZ",
        ].map { "\($0) loop" }, traps: [], call: "CALL CTR")
    case .s390x:
      let compared = ["EQ", "GE", "GT", "LE", "LT", "NE"].flatMap { condition in
        ["CMPB", "CMPUB"].flatMap { ["\($0)\(condition) R1, R2,", "\($0)\(condition) R1, $1,"] }
      }
      return Machine(
        branches: ([
          "JMP", "BEQ", "BGE", "BGT", "BLE", "BLT", "BLEU", "BLTU", "BNE", "BVS", "BRCT R1,",
          "BRCTG R1,",
        ] + compared).map { "\($0) loop" }, traps: [], call: "CALL R7")
    }
  }

  /// A call is in a loop where a branch behind it goes back, and in none where a trap stands before that branch.
  @Test(arguments: liveMachines) func areWhatTheyAre(arch: Architecture) async throws {
    let machine = Self.machine(arch)
    let bodies =
      machine.branches.map { (name: $0, lines: [$0], isLoop: true) }
      + machine.traps.map { (name: $0, lines: [$0, "JMP loop"], isLoop: false) }
    var assembly = ""
    var code = "package main\n\nvar never bool\n\n"
    var main = "\nfunc main() {\n\tif !never {\n\t\treturn\n\t}\n"
    for (i, body) in bodies.enumerated() {
      let lines = (["\(machine.call)"] + body.lines + ["RET"]).map { "\t\($0)\n" }.joined()
      assembly += "TEXT ·f\(i)(SB), 4, $16-0\nloop:\n\(lines)\n"
      code += "func f\(i)()\n"
      main += "\tf\(i)()\n"
    }
    let files = [
      "go.mod": "module example.com/branches\n\ngo 1.21\n", "main.go": code + main + "}\n",
      "code_\(arch).s": assembly,
    ]
    try await withGoProgram(files, arch) { path in
      for disassembler in arch.disassemblers {
        var options = ScanOptions()
        options.disassembler = disassembler
        let program = try await program(path, options)
        var found: [String: [Bool]] = [:]
        for function in program.functions where !function.indirectCalls.isEmpty {
          let name = program.names.string(function.name).replacingOccurrences(of: ".abi0", with: "")
          found[name] = function.indirectCalls.map(\.inLoop)
        }
        let wrong = bodies.indices.filter { found["main.f\($0)"] != [bodies[$0].isLoop] }.map { i in
          "\(bodies[i].name): \(found["main.f\(i)"].map { "\($0)" } ?? "no call")"
        }
        #expect(wrong.isEmpty, "\(disassembler)")
      }
    }
  }
}
