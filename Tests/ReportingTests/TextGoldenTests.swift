import ProgramModel
import TestSupport
import Testing

@testable import Reporting

@Suite("Golden: the reports for people") struct TextGoldenTests {
  private func text(_ program: Program, _ selection: Selection = Selection(), _ options: TextOptions)
    -> String
  {
    TextReporter(Report(program: program, selection: selection, version: "0", jobs: 1), options: options).text
  }

  @Test(arguments: [80, 120]) func firstScreen(width: Int) throws {
    try Golden.check(text(Sample.server(), Selection(), TextOptions(width: width)), "scan-\(width).txt")
  }

  @Test func coloured() throws {
    let options = TextOptions(width: 80, isColored: true, elapsed: .milliseconds(2140))
    try Golden.check(text(Sample.server(), Selection(), options), "scan-color.txt")
  }

  @Test func nothingSettlesWhoseCode() throws {
    try Golden.check(
      text(Sample.server(os: nil, ownFrom: nil), Selection(), TextOptions(detail: .verbose)),
      "scan-nobody.txt")
  }

  @Test func filteredAndSortedBySize() throws {
    let selection = Selection(pattern: NamePattern("main.*"), origins: [.own])
    try Golden.check(text(Sample.server(), selection, TextOptions(top: 2, sort: .size)), "scan-size.txt")
  }

  @Test func nothingMatches() throws {
    try Golden.check(
      text(Sample.server(), Selection(pattern: NamePattern("nowhere")), TextOptions()), "scan-nothing.txt")
  }

  @Test(arguments: [80, 120]) func hostileNames(width: Int) throws {
    let text = text(Sample.named(Sample.hostileNames), Selection(), TextOptions(width: width, top: 20))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !UnsafeScalars.contains($0) })
    try Golden.check(text, "scan-hostile-\(width).txt")
  }

  @Test(arguments: [80, 120]) func show(width: Int) throws {
    let program = Sample.server()
    let report = ShowReport(program: program, index: 3, listing: Sample.listing(program))
    try Golden.check(ShowReporter(report, options: TextOptions(width: width)).text, "show-\(width).txt")
  }

  @Test func showWithSitesOfEveryKind() throws {
    let report = ShowReport(program: Sample.server(), index: 5, listing: [])
    try Golden.check(ShowReporter(report, options: TextOptions()).text, "show-drain.txt")
  }

  @Test(arguments: [80, 120]) func doctor(width: Int) throws {
    let report = DoctorReport(
      tools: [
        .init(
          disassembler: .go, path: "/usr/local/go/bin/go", version: "go version go1.27.3 linux/amd64",
          abilities: ["prints source lines", "all architectures of Go"]),
        .init(
          disassembler: .gnu, path: "/usr/bin/objdump", version: "GNU objdump (GNU Binutils for Debian) 2.40",
          abilities: ["amd64, arm64"]),
        .init(disassembler: .llvm, problem: "comes with LLVM, and with every Swift toolchain"),
      ], taken: 0, reason: "it prints source lines",
      binary: .init(path: "build/app", facts: [("format", "ELF, 64-bit"), ("Go", "go1.27.3 linux/amd64")]),
      version: "0.1.0")
    try Golden.check(DoctorReporter(report, options: TextOptions(width: width)).text, "doctor-\(width).txt")
  }

  /// A refusal of several lines stays so.
  @Test func doctorWithoutATool() throws {
    let report = DoctorReport(
      tools: [
        .init(
          disassembler: .gnu, path: "/usr/bin/objdump", version: "GNU objdump (GNU Binutils for Debian) 2.40",
          abilities: ["amd64, 386"])
      ], taken: nil, reason: "",
      binary: .init(
        path: "build/app", facts: [("format", "ELF, 64-bit")],
        problem: "no disassembler for loong64 that reads it on PATH; install a Go toolchain\n"
          + "  GNU objdump (/usr/bin/objdump): it knows no elf64-loongarch\u{1b}[2J"),
      version: "0.1.0")
    try Golden.check(DoctorReporter(report, options: TextOptions(width: 80)).text, "doctor-no-tool.txt")
  }
}
