import ByteText
import Foundation
import TestSupport
import Testing

@testable import Listing

@Suite("Who printed a listing, found by content") struct DialectDetectorTests {
  /// Every shipped listing: one that is added belongs here.
  private static let samples = [
    "amd64.gnu-lines": "gnu amd64 att", "amd64.gnu-noraw": "gnu amd64 att", "amd64.gnu-one": "gnu amd64 att",
    "amd64.gnu-source": "gnu amd64 att", "amd64.gnu": "gnu amd64 att", "amd64.go-archive": "go amd64 go",
    "amd64.go-crlf": "go amd64 go", "amd64.go": "go amd64 go", "amd64.intel": "gnu amd64 intel",
    "amd64.llvm": "llvm amd64 att", "amd64.llvm14": "llvm amd64 att", "arm64.gnu": "gnu arm64 arm",
    "arm64.go": "go arm64 go", "arm64.llvm": "llvm arm64 arm", "arm64.llvm14": "llvm arm64 arm",
    "darwin-arm64.llvm": "llvm arm64 arm darwin _", "386.go": "go 386 go", "386.gnu-one": "gnu 386 att",
    "386.intel-one": "gnu 386 intel", "386.llvm-one": "llvm 386 att", "386.llvm14-one": "llvm 386 att",
    "arm.go": "go arm go", "arm.gnu-one": "gnu arm arm", "arm.llvm-one": "llvm arm arm",
    "arm.llvm14-one": "llvm arm arm",
    "riscv64.go": "go riscv64 go", "riscv64.gnu-one": "gnu riscv64 risc",
    "riscv64.llvm-one": "llvm riscv64 risc",
    "riscv64.llvm14-one": "llvm riscv64 risc", "loong64.go": "go loong64 go",
    "loong64.llvm19-one": "llvm loong64 risc",
    "ppc64le.go": "go ppc64le go", "ppc64le.gnu-one": "gnu ppc64le power",
    "ppc64le.llvm-one": "llvm ppc64le power",
    "ppc64le.llvm14-one": "llvm ppc64le power", "s390x.go": "go s390x go", "s390x.gnu-one": "gnu s390x zarch",
    "s390x.llvm-one": "unnamed targets", "s390x.llvm14-one": "unnamed targets",
    "amd64.gdb": "gdb amd64 att", "amd64.gdb-raw": "gdb amd64 att", "amd64.gdb-source": "gdb amd64 att",
    "amd64.gdb-m": "gdb amd64 att", "amd64.gdb-at": "gdb amd64 intel", "amd64.gdb-x": "gdb amd64 att",
    "386.gdb-one": "gdb 386 att", "arm.gdb-one": "gdb arm arm", "riscv64.gdb-one": "gdb riscv64 risc",
    "ppc64le.gdb-one": "gdb ppc64le power", "s390x.gdb-one": "gdb s390x zarch", "arm64.gdb": "gdb arm64 arm",
    "arm64.gdb-raw": "gdb arm64 arm", "amd64.delve": "delve amd64 intel",
    "amd64.delve-at": "delve amd64 intel", "amd64.delve-gnu": "delve amd64 att",
    "amd64.delve-go": "delve amd64 go",
    "windows-amd64.gnu-one": "gnu amd64 att windows", "windows-amd64.llvm-one": "llvm amd64 att windows",
    "windows-arm64.gnu-one": "gnu arm64 arm windows", "windows-arm64.llvm-one": "llvm arm64 arm windows",
    "amd64.compiler": "compiler amd64 go", "arm64.compiler": "compiler arm64 go",
    "riscv64.compiler": "compiler riscv64 go", "loong64.compiler": "compiler loong64 go",
    "ppc64le.compiler": "compiler ppc64le go", "s390x.compiler": "compiler s390x go",
  ]

  @Test(arguments: samples) func shippedListing(name: String, dialect: String) throws {
    #expect(try detected(sample(name)) == dialect)
  }

  @Test func everyShippedListingIsNamedAbove() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: samplePath("listings").path)
    #expect(files.sorted() == Self.samples.keys.map { "features.\($0).txt" }.sorted())
  }

  /// A function alone says it too: no header line of the file, no more than one function.
  @Test(arguments: samples.filter { $0.key.firstMatch(of: /darwin|gdb|delve/) == nil })
  func withoutTheFilesHead(
    name: String, dialect: String
  ) throws {
    let text = String(decoding: try sample(name), as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    let header =
      dialect.hasPrefix("compiler")
      ? "main.goPlain STEXT" : dialect.hasPrefix("go ") ? "TEXT main.goPlain(" : ">:\n"
    let start = try #require(text.range(of: header))
    let line = text[..<start.lowerBound].lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
    let one = text[line...].prefix(4000)
    // The head alone says what system it is of.
    #expect(detected(Array(one.utf8)) == dialect.replacingOccurrences(of: " windows", with: ""))
  }

  /// People paste single functions: each tells its machine. Where one has too little in it (a jump alone) it is refused,
  /// and never taken for another machine's.
  @Test(arguments: samples.filter { $0.key.firstMatch(of: /darwin|gdb|delve-|source|crlf/) == nil })
  func everyFunctionAlone(name: String, dialect: String) throws {
    let bytes = try sample(name)
    guard case .found(let whole) = finding(bytes) else {
      #expect(dialect == "unnamed targets")
      return
    }
    var starts: [Int] = []
    var position = 0
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    while position < bytes.count {
      if whole.format.mayBegin(with: bytes[position]), whole.format.begins(text.span, at: position) {
        starts.append(position)
      }
      position = text.span.newline(from: position) + 1
    }
    var refused = 0
    for (start, end) in zip(starts, starts.dropFirst() + [bytes.count]) {
      let found = detected(Array(bytes[start..<end]))
      if found == "unknown an unknown machine" || found == "empty" {
        refused += 1
      } else {
        #expect(
          found == dialect.replacing(" windows", with: ""),
          "\(String(decoding: bytes[start..<end], as: UTF8.self))")
      }
    }
    #expect(starts.count > 0 && refused * 25 <= starts.count, "\(refused) of \(starts.count)")
  }

  @Test(arguments: [
    "", "\n\n\n", "# fathom\n\nWhat each function of a Go binary costs: stack, defers, atomics.\n",
    "TEXT ·add(SB), NOSPLIT, $0\n\tMOVQ a+0(FP), AX\n\tRET\n", "0000000000401000 T main.main\n",
    "{\"record\":\"function\",\"entry\":\"0x401000\"}\n", "\0\0\0\0\0\0\0\0", "\r\r\r", ">:", "<", "0",
    "TEXT ", "TEXT (SB)\n",
  ])
  func noListing(text: String) {
    #expect(detected(Array(text.utf8)) == "no listing")
  }

  /// mips reads like arm, and wasm like none.
  @Test(arguments: [
    ("MOVW\t8(g), R1 SGTU\tR29, R1, R1 JMP\t(R31)", "unknown mips"),
    ("Get\tSP", "unknown an unknown machine"),
    ("JALR\tX0, X1", "compiler riscv64 go"), ("JMP\t(R1)", "compiler loong64 go"),
    ("JMP\tLR", "compiler ppc64le go"), ("JMP\tR14", "compiler s390x go"),
  ])
  func aCompilersFunctionWithoutFrame(code: String, finding: String) {
    var text = "main.f STEXT size=4 args=0x0 locals=0x0\n"
    for instruction in code.split(separator: /\ (?=[A-Z]+\t)/) {
      text += "\t0x0000 00000 (main.go:3)\t\(instruction)\n"
    }
    #expect(detected(Array(text.utf8)) == finding)
  }

  @Test func aReadme() throws {
    #expect(try detected(Array(Data(contentsOf: samplePath("README.md")))) == "no listing")
  }

  @Test func randomBytes() {
    var random = Seeded(state: 3)
    for _ in 0..<50 {
      let bytes = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(detected(bytes) == "no listing")
    }
  }

  @Test func aHeadAlone() {
    #expect(detected(Array("\nfeatures:     file format elf64-x86-64\n\n".utf8)) == "empty")
    #expect(detected(Array("TEXT main.main(SB) /src/main.go\n".utf8)) == "empty")
  }

  /// What GNU's objdump and LLVM's print of `go build -ldflags='-s -w'`.
  @Test(arguments: ["     file format elf64-x86-64", "\tfile format elf64-x86-64"]) func stripped(
    format: String
  ) {
    let text =
      "\na.out:\(format)\n\n\nDisassembly of section .text:\n\n0000000000401000 <.text>:\n"
      + "  401000:\t49 3b 66 10          \tcmp    0x10(%r14),%rsp\n"
      + "  401004:\t76 1b                \tjbe    0x401021\n"
    #expect(detected(Array(text.utf8)) == "unnamed")
  }

  @Test func otherMachinesOfGNU() {
    for name in ["elf32-tradlittlemips", "elf64-powerpc"] {
      let text =
        "\na.out:     file format \(name)\n\n0000000000401000 <main.main>:\n  401000:\t8b 49 00   \tmov    (%ecx),%ecx\n"
      #expect(detected(Array(text.utf8)) == "unknown \(name)")
    }
  }
}
