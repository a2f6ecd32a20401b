import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// What gdb and delve print of the sample program, against objdump's listing of the same functions.
@Suite("What people paste from a debugger") struct DebuggerTests {
  /// A function, less what a debugger does not print: the ABI in a name, and where it does not, sizes and lines.
  private func rows(_ program: Program, sizes: Bool, lines: Bool) -> [UInt64: String] {
    let facts = Facts(program)
    func plain(_ id: NameID?) -> String { facts.name(id).replacingOccurrences(of: ".abi0", with: "") }
    func line(_ number: Int32?) -> String { lines ? " :\(number ?? 0)" : "" }
    func at(_ place: ProgramModel.SourceLocation?) -> String {
      lines ? " \(facts.name(place?.file)):\(place?.line ?? 0)" : ""
    }
    func hex(_ address: UInt64) -> String { String(address, radix: 16) }
    return Dictionary(
      uniqueKeysWithValues: program.functions.filter { $0.size > 0 }.map { f in
        let defers = f.deferSites.map {
          "\($0.kind) \(hex($0.address))\(at($0.location)) \($0.looping) \($0.needless) \($0.bound ?? -1) \(plain($0.callee.target))"
        }
        let atomics = f.atomics.map {
          "\(hex($0.address)) \(facts.name($0.instruction)) \($0.implicit)\(at($0.location)) \($0.inLoop)"
        }
        let calls = f.calls.map { "\(hex($0.address)) \($0.kind) \(plain($0.target))\(line($0.line))" }
        let indirect = f.indirectCalls.map {
          "\(hex($0.address)) \($0.inLoop) \(plain($0.callee.target))\(line($0.line))"
        }
        let go = f.goStatements.map {
          "\(hex($0.address)) \($0.inLoop) \(plain($0.callee.target))\(line($0.line))"
        }
        let place = lines ? " \(facts.name(f.file)) \(f.line ?? 0) \(f.endLine ?? 0)" : ""
        return (
          f.entry,
          "\(plain(f.name)) \(sizes ? f.size : 0)\(place) | \(f.frame) | \(defers) | \(atomics) | \(calls) | \(indirect)"
            + " | \(go) | \(f.lockLeaks.count) \(f.undecoded)"
        )
      })
  }

  @Test(arguments: [
    ("amd64.gdb", "amd64.gnu", 154, false, false), ("amd64.gdb-raw", "amd64.gnu", 18, true, false),
    ("amd64.gdb-source", "amd64.go", 21, false, true), ("amd64.gdb-m", "amd64.go", 1, false, false),
    ("amd64.gdb-at", "amd64.gnu", 1, false, false), ("amd64.gdb-x", "amd64.gnu", 1, false, false),
    ("arm64.gdb", "arm64.gnu", 154, true, false), ("arm64.gdb-raw", "arm64.gnu", 18, true, false),
    ("386.gdb-one", "386.gnu-one", 1, false, false), ("arm.gdb-one", "arm.gnu-one", 1, true, false),
    ("riscv64.gdb-one", "riscv64.gnu-one", 1, false, false),
    ("ppc64le.gdb-one", "ppc64le.gnu-one", 1, false, false),
    ("s390x.gdb-one", "s390x.gnu-one", 1, false, false),
    ("amd64.delve", "amd64.go", 153, true, true), ("amd64.delve-at", "amd64.go", 1, true, true),
    ("amd64.delve-gnu", "amd64.go", 54, true, true), ("amd64.delve-go", "amd64.go", 54, true, true),
  ])
  func isAsObjdumpHasIt(name: String, reference: String, count: Int, sizes: Bool, lines: Bool) async throws {
    let found = try await scanSample(name)
    #expect(found.functions.count == count && !found.isPartial)
    #expect(found.header.debugger == (name.contains("gdb") ? .gdb : .delve))
    let expected = rows(try await scanSample(reference), sizes: sizes, lines: lines)
    var differing: [String] = []
    for (entry, row) in rows(found, sizes: sizes, lines: lines) where expected[entry] != row {
      differing.append("\(row)\n≠ \(expected[entry] ?? "none")")
    }
    #expect(differing.isEmpty, "\(differing.count): \(differing.sorted().prefix(3).joined(separator: "\n"))")
  }

  /// In a message, between other words, with prompts and a pager's line: only those are not understood.
  @Test func amongOtherText() async throws {
    let dump = String(decoding: try sample("amd64.gdb-at"), as: UTF8.self)
    let whole = try await scanSample("amd64.gdb-at")
    let text = "It stops here:\n\n(gdb) disassemble\n\(dump)(gdb) quit\n"
    let found = try await program(of: Array(text.utf8))
    #expect(Facts(found).all.dropLast() == Facts(whole).all.dropLast())
    #expect(found.diagnostics.unknownLines == 3)
  }

  /// A function that does not begin here is none, and its instructions are counted.
  @Test(arguments: [("amd64.gdb", 153), ("amd64.gdb-x", 1), ("amd64.delve", 152)])
  func midway(name: String, count: Int) async throws {
    let text = String(decoding: try sample(name), as: UTF8.self)
    var lines = text.components(separatedBy: "\n").dropFirst(4).joined(separator: "\n")
    if name == "amd64.gdb-x" { lines += text }
    let found = try await program(of: Array(lines.utf8))
    #expect(found.functions.count == count && found.diagnostics.orphanInstructions > 3)
    #expect(!found.isPartial && found.diagnostics.unknownLines == 0)
  }

  /// Cut off: the last function is not whole, and is left out.
  @Test(arguments: ["amd64.gdb", "arm64.gdb", "amd64.delve"]) func cut(name: String) async throws {
    let bytes = try sample(name)
    let reference = try await scanSample(name)
    let facts = Facts(reference)
    let whole = Dictionary(uniqueKeysWithValues: reference.functions.map { ($0.entry, facts.shared($0)) })
    for end in stride(from: bytes.count / 2, to: bytes.count / 2 - 3000, by: -97) where bytes[end - 1] != 0x0a
    {
      let found = try await program(of: Array(bytes[..<end]))
      let line = bytes[..<end].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
      #expect(found.isPartial || bytes[line..<end].allSatisfy { $0 <= 0x20 }, "cut at \(end)")
      for function in found.functions {
        #expect(whole[function.entry] == Facts(found).shared(function), "cut at \(end)")
      }
    }
  }

  /// Cut behind a line: `disassemble` prints a line behind the last instruction, whatever it is and wherever it stands.
  @Test(arguments: ["amd64.gdb-m", "amd64.gdb-at", "amd64.gdb-source", "arm64.gdb-raw", "s390x.gdb-one"])
  func cutBetweenLines(name: String) async throws {
    let text = String(decoding: try sample(name).prefix(14_000), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    var isDump = false
    for (i, line) in lines.enumerated() {
      if line.hasPrefix("Dump of") { isDump = true }
      if line.hasPrefix("End of") { isDump = false }
      guard isDump else { continue }
      let cut = lines[...i].joined(separator: "\n") + "\n"
      // Without a whole function it is an error.
      guard let found = try? await program(of: Array(cut.utf8)) else { continue }
      #expect(found.isPartial && found.diagnostics.cutFunctions == 1, "cut behind line \(i + 1)")
      #expect(found.functions.count == cut.components(separatedBy: "Dump of").count - 2)
    }
  }

  /// One function's dump breaks off, others follow: those are whole.
  @Test(arguments: [
    "", "(gdb) disassemble\n", "--Type <RET> for more, q to quit, c to continue without paging--q\nQuit\n",
  ])
  func cutInTheMiddle(between: String) async throws {
    let first = String(decoding: try sample("amd64.gdb-m"), as: UTF8.self)
    let next = String(decoding: try sample("amd64.gdb-at"), as: UTF8.self)
    let half = first.prefix(first.count / 2)
    let cut = half.prefix(through: try #require(half.lastIndex(of: "\n")))
    let found = try await program(of: Array("\(cut)\(between)\(next)".utf8))
    #expect(found.isPartial && found.diagnostics.cutFunctions == 1)
    let whole = try await program(of: Array(next.utf8))
    #expect(found.functions.map(Facts(found).all) == whole.functions.map(Facts(whole).all))
  }

  @Test func theFirstLineAlone() async throws {
    let whole = String(decoding: try sample("amd64.gdb-at"), as: UTF8.self)
    let found = try await program(of: Array("\(whole)Dump of assembler code for function main.f:\n".utf8))
    #expect(found.isPartial && found.diagnostics.cutFunctions == 1 && found.functions.count == 1)
  }

  /// `disassemble FROM,TO` ends in the same line, and names each function as `x/i` does.
  @Test func cutOfARange() async throws {
    let code = String(decoding: try sample("amd64.gdb-x"), as: UTF8.self)
    let header = "Dump of assembler code from 0x484f00 to 0x484fe5:\n"
    let whole = try await program(of: Array("\(header)\(code)End of assembler dump.\n".utf8))
    #expect(whole.functions.count == 1 && !whole.isPartial)
    let cut = try? await program(of: Array("\(header)\(code)".utf8))
    #expect(cut == nil || cut?.isPartial == true)
  }

  @Test(arguments: ["amd64.gdb-raw", "amd64.gdb-source", "arm64.gdb-raw", "amd64.delve-at", "amd64.delve-go"])
  func mutants(name: String) async throws {
    let bytes = try sample(name).prefix(20_000)
    var random = Seeded(state: 23)
    var read = 0
    for _ in 0..<20 {
      var mutant = Array(bytes)
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        let at = Int.random(in: 0..<mutant.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: mutant[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: mutant.removeSubrange(at..<min(mutant.count, at + Int.random(in: 1...60, using: &random)))
        default:
          mutant[at] = [0x09, 0x0a, 0x20, 0x24, 0x3c, 0x3e, 0x5b, 0x5d].randomElement(using: &random) ?? 0
        }
      }
      // Any answer will do, an error too; a trap or a hang will not.
      if try await isRead(mutant) { read += 1 }
    }
    // Most of a listing is still one.
    #expect(read >= 18)
  }
}
