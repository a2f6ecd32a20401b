import ArgumentParser
import ProgramModel
import Reporting
import Testing

@testable import fathom

@Suite("Command line") struct CommandLineTests {
  private func scan(_ arguments: String...) throws -> ScanCommand {
    try #require(Fathom.parseAsRoot(GoFlags.folded(arguments)) as? ScanCommand)
  }

  @Test func anInputAloneIsAScan() throws {
    let command = try scan("./app")
    #expect(command.inputs == ["./app"])
    #expect(command.formats.isEmpty)
    #expect(command.top == 10)
    #expect(command.sort == .frame)
  }

  @Test func everyOptionIsUnderstood() throws {
    let command = try scan(
      "scan", "-", "--format", "json=a=b.json", "--format", "text", "--filter", "main.*", "--origin",
      "own,std",
      "--module", "example.com/app", "--disassembler", "llvm", "--jobs", "3", "--color", "never", "--quiet",
      "--top",
      "5", "--sort", "atomics", "--", "-tags", "netgo")
    #expect(command.inputs == ["-"])
    #expect(
      command.formats == [FormatRequest(format: .json, file: "a=b.json"), FormatRequest(format: .text)])
    #expect(command.only.filter == "main.*")
    #expect(command.only.origin?.origins == [.own, .std])
    #expect(command.common.modulePrefix == "example.com/app")
    #expect(command.common.disassembler.disassembler == .llvm)
    #expect(command.common.jobs == 3)
    #expect(command.common.quiet)
    #expect(command.sort == .atomics)
    #expect(command.goFlags.list == ["-tags", "netgo"])
  }

  @Test(arguments: [
    ["./app", "--format", "yaml"], ["./app", "--format", "json="], ["./app", "--origin", "mine"],
    ["./app", "--format", "text", "--format", "json"], ["./app", "--top", "0"], ["./app", "--jobs", "0"],
    ["./app", "--quiet", "--verbose"], ["a.txt", "b.txt", "--format", "json"], ["-", "-"],
    ["./app", "--bogus"], ["show"],
    ["show", "main.f"], ["doctor", "a", "b"], ["./app", "--format", "csv=x", "--format", "json=x"],
  ]) func wrongUsageIsExitCode2(arguments: [String]) async {
    #expect(throws: (any Error).self) { try Fathom.parseAsRoot(arguments) }
    #expect(await Runner.run(arguments) == 2)
  }

  @Test(arguments: [["scan"], ["--quiet"], ["--bogus"]]) func noInputIsExitCode2(arguments: [String]) async {
    #expect(await Runner.run(arguments) == 2)
  }

  @Test(arguments: [["--help"], ["--version"], ["help", "show"], ["scan", "--help"]])
  func whatIsAskedForIsExitCode0(arguments: [String]) async {
    #expect(await Runner.run(arguments) == 0)
  }

  @Test func fathomAloneInvites() async {
    #expect(await Runner.run([]) == 2)
    #expect(Fathom.invitation.split(separator: "\n", omittingEmptySubsequences: false).count <= 11)
  }

  @Test(arguments: [
    (["dcotor", "./app"], "no such command or file: dcotor; did you mean doctor?"),
    (["xyzzy"], "no such command or file: xyzzy; fathom --help lists the commands"),
    (["sh\u{1b}w"], "no such command or file: sh\\x1bw; did you mean show?"),
  ]) func aMisspeltCommandIsNoInput(arguments: [String], problem: String) {
    #expect(CommandLineCheck.problem(arguments, exists: { _ in false }) == problem)
  }

  @Test(arguments: [["./app"], ["-"], ["--version"], ["show", "f", "app"], ["main.go"], ["./..."]])
  func inputsAreNoCommands(arguments: [String]) {
    #expect(CommandLineCheck.problem(arguments, exists: { _ in false }) == nil)
  }

  @Test func aFileNamedLikeNoCommandIsAnInput() {
    #expect(CommandLineCheck.problem(["myapp"], exists: { $0 == "myapp" }) == nil)
  }

  @Test(
    arguments: [
      [0x61, 0x62], [0x61, 0xff, 0x62], [0xc3], [0xc3, 0xa9], [0xf4, 0x8f, 0xbe, 0x80], [0xed, 0xa0, 0x80],
      [],
      [0xe2, 0x82], [0x2d, 0xfe, 0xfe],
    ] as [[UInt8]]) func anArgumentKeepsItsBytes(bytes: [UInt8])
  {
    let text = ArgumentBytes.text(of: bytes)
    #expect(ArgumentBytes.bytes(of: text) == bytes)
    #expect(ArgumentBytes.path(text) == bytes.map { CChar(bitPattern: $0) } + [0])
  }
}
