import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("Text that was cut, bent or made to hurt") struct HostileTests {
  /// A listing's last functions, so that a scan of them costs little.
  private func tail(_ name: String, _ functions: Int) throws -> [UInt8] {
    let lines = try sample(name).split(separator: 0x0a, omittingEmptySubsequences: false)
    let heads = lines.indices.filter {
      lines[$0].starts(with: Array("TEXT ".utf8)) || lines[$0].suffix(2).elementsEqual(Array(">:".utf8))
        || lines[$0].starts(with: Array("main.".utf8))
    }
    return Array(lines[(heads.suffix(functions).first ?? 0)...].joined(separator: [0x0a]))
  }

  @Test(arguments: [
    "amd64.go", "arm64.go", "386.go", "arm.go", "riscv64.go", "loong64.go", "ppc64le.go", "s390x.go",
    "amd64.gnu",
    "amd64.llvm",
  ])
  func aListingThatBeginsMidway(name: String) async throws {
    let bytes = try sample(name)
    let whole = try await scanSample(name)
    let facts = Facts(whole)
    let start = bytes.count / 3
    let found = try await program(of: Array(bytes[start...]))
    #expect(found.functions.count > 50)
    let expected = whole.functions.suffix(found.functions.count)
    #expect(found.functions.map(Facts(found).shared) == expected.map(facts.shared))
    #expect(found.functions.map(\.size) == expected.map(\.size))
  }

  /// Cut anywhere in a line: whole functions only, each as it was. Cut between lines the same, but for
  /// padding and what nothing leads to.
  @Test(arguments: [
    "amd64.go", "arm64.go", "386.go", "arm.go", "riscv64.go", "loong64.go", "ppc64le.go", "s390x.go",
    "amd64.gnu",
    "amd64.llvm",
    "amd64.compiler", "arm64.compiler", "riscv64.compiler", "loong64.compiler", "ppc64le.compiler",
    "s390x.compiler",
  ])
  func aListingThatWasCut(name: String) async throws {
    let bytes = try tail(name, 8)
    let whole = try await program(of: bytes)
    let facts = Facts(whole)
    let expected = Dictionary(uniqueKeysWithValues: whole.functions.map { ($0.entry, facts.shared($0)) })
    for end in stride(from: bytes.count - 1, to: max(1, bytes.count - 3000), by: -23)
    where bytes[end - 1] != 0x0a {
      let found = try await program(of: Array(bytes[..<end]))
      // Of the last line only blanks are missing, or only blanks are there: the one before it is whole.
      let line = bytes[..<end].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
      let isWholeLine =
        bytes[end...].prefix { $0 != 0x0a }.allSatisfy { $0 <= 0x20 }
        || bytes[line..<end].allSatisfy { $0 <= 0x20 }
      #expect(found.isPartial || isWholeLine, "\(name) cut at \(end)")
      for function in found.functions {
        #expect(expected[function.entry] == Facts(found).shared(function), "\(name) cut at \(end)")
      }
    }
  }

  /// Behind a line of the compiler's: in the code, in the bytes below it, and in the relocations behind these.
  @Test(arguments: [
    "amd64.compiler", "arm64.compiler", "riscv64.compiler", "loong64.compiler", "ppc64le.compiler",
    "s390x.compiler",
  ])
  func aCompilersListingCutBetweenLines(name: String) async throws {
    let text = String(decoding: try tail(name, 1 << 20), as: UTF8.self)
    // The last functions; one more so that something is whole.
    let start = try #require(text.ranges(of: " STEXT ").suffix(5).first).lowerBound
    let lineStart = text[..<start].lastIndex(of: "\n").map(text.index(after:)) ?? text.startIndex
    let lines = text[lineStart...].split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let whole = try await program(of: Array((lines.joined(separator: "\n") + "\n").utf8))
    let expected = Dictionary(
      uniqueKeysWithValues: whole.functions.map { ($0.entry, Facts(whole).shared($0)) })
    var relocations = 0
    for i in lines.indices.dropLast() {
      let isWithin = lines[i + 1].hasPrefix("\t")
      guard isWithin,
        let found = try? await program(of: Array((lines[...i].joined(separator: "\n") + "\n").utf8))
      else { continue }
      for function in found.functions {
        #expect(expected[function.entry] == Facts(found).shared(function), "cut behind line \(i + 1)")
      }
      // Of relocations that belong to no instruction the lack cannot be seen, and takes nothing from the function.
      let rest = lines[(i + 1)...].prefix { $0.hasPrefix("\t") }
      let isSeen =
        !lines[i + 1].hasPrefix("\trel ") || rest.contains { $0.contains("CALL") || $0.contains("JAL") }
      if lines[i + 1].hasPrefix("\trel "), isSeen { relocations += 1 }
      if isSeen { #expect(found.isPartial, "cut behind line \(i + 1): \(lines[i])") }
    }
    #expect(relocations > 5)
  }

  @Test(arguments: [
    "amd64.go", "arm64.go", "386.go", "arm.go", "riscv64.go", "loong64.go", "ppc64le.go", "s390x.go",
    "riscv64.gnu-one",
    "amd64.go-crlf", "amd64.gnu",
    "amd64.gnu-noraw",
    "amd64.intel", "amd64.llvm",
    "amd64.compiler", "arm64.compiler", "riscv64.compiler", "loong64.compiler", "ppc64le.compiler",
    "s390x.compiler",
    "arm64.gnu",
    "arm64.llvm14",
  ])
  func mutants(name: String) async throws {
    let bytes = try tail(name, 6)
    var random = Seeded(state: 17)
    var read = 0
    for _ in 0..<34 {
      var mutant = bytes
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        let at = Int.random(in: 0..<mutant.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutant[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: mutant[at] = UInt8.random(in: 0...255, using: &random)
        case 2: mutant.removeSubrange(at..<min(mutant.count, at + Int.random(in: 1...60, using: &random)))
        default:
          let from = Int.random(in: 0..<mutant.count, using: &random)
          mutant.insert(contentsOf: Array(mutant[from..<min(mutant.count, from + 80)]), at: at)
        }
      }
      // Any answer will do, an error too; a trap or a hang will not.
      if try await isRead(mutant) { read += 1 }
    }
    // Most of a listing is still one.
    #expect(read >= 30)
  }

  private let function =
    "TEXT main.f(SB) /a.go\n  a.go:1\t\t0x1000\t\t4883ec18\t\tSUBQ $0x18, SP\n"
    + "  a.go:1\t\t0x1004\t\t4883c418\t\tADDQ $0x18, SP\n  a.go:2\t\t0x1008\t\tc3\t\tRET\n\n"

  @Test(arguments: [
    "\0\0\0\0\n", "\u{1b}[31m\n", "<script>\n", "\r\r\r\n", String(repeating: "x", count: 4 << 20) + "\n",
    String(repeating: "\0", count: 70_000) + "\n", "  \t\t\t\n", "  0x\n", "TEXT\n", "TEXT (SB)\n",
  ])
  func aLineThatIsNone(line: String) async throws {
    let found = try await program(of: Array((function + line).utf8))
    #expect(found.functions.map(\.frame.bytes) == [24])
  }

  @Test func namesThatAreNoUTF8() async throws {
    let bytes = Array(function.utf8).map { $0 == UInt8(ascii: "f") ? 0xff : $0 }
    let found = try await program(of: bytes)
    #expect(found.functions.count == 1)
    #expect(Array(found.names.bytes(of: found.functions[0].name)) == Array("main.".utf8) + [0xff])
  }

  @Test func headersWithoutCode() async throws {
    var text = function
    for i in 0..<100_000 { text += "TEXT f\(i)(SB) a.go\n" }
    #expect(try await program(of: Array((text + function).utf8)).functions.count == 1)
  }

  @Test func linesThatOnlyGoOn() async throws {
    let text =
      "\na:     file format elf64-x86-64\n\n0000000000401000 <f>:\n"
      + String(repeating: "  401007:\tff \n", count: 50_000)
    let found = try? await program(of: Array(text.utf8))
    #expect(found == nil || found?.functions.allSatisfy { $0.size == 0 } == true)
  }

  /// More instructions than a function may have: it says so, and those behind it are whole.
  @Test func aFunctionOfMoreThanAMillionInstructions() async throws {
    var text = "TEXT main.huge(SB) /a.go\n  a.go:1\t0x2000\t4883ec18\tSUBQ $0x18, SP\n"
    text.reserveCapacity(40 << 20)
    for _ in 0..<1_200_000 { text += "  a.go:1\t0x2004\t90\tNOPL\n" }
    let found = try await program(of: Array((text + "\n" + function).utf8))
    #expect(found.functions.map(\.frame.uncertain) == [nil, .tooLarge])
    #expect(found.functions.map(\.frame.bytes) == [24, 24])
  }
}
