import Foundation
import ProgramModel
import Testing

@testable import Scan

@Suite("Text that was cut, bent or made to hurt") struct HostileTests {
  /// A listing's last functions, so that a scan of them costs little.
  private func tail(_ name: String, _ functions: Int) throws -> [UInt8] {
    let lines = try sample(name).split(separator: 0x0a, omittingEmptySubsequences: false)
    let heads = lines.indices.filter {
      lines[$0].starts(with: Array("TEXT ".utf8)) || lines[$0].suffix(2).elementsEqual(Array(">:".utf8))
    }
    return Array(lines[heads[heads.count - functions]...].joined(separator: [0x0a]))
  }

  @Test(arguments: ["amd64.go", "arm64.go", "amd64.gnu", "amd64.llvm"])
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
