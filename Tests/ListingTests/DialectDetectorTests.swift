import Foundation
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
    "darwin-arm64.llvm": "llvm arm64 arm _", "386.go": "go 386 go", "386.gnu-one": "gnu 386 att",
    "386.intel-one": "gnu 386 intel", "386.llvm-one": "llvm 386 att", "386.llvm14-one": "llvm 386 att",
  ]

  @Test(arguments: samples) func shippedListing(name: String, dialect: String) throws {
    #expect(try detected(sample(name)) == dialect)
  }

  @Test func everyShippedListingIsNamedAbove() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: samplePath("listings").path)
    #expect(files.sorted() == Self.samples.keys.map { "features.\($0).txt" }.sorted())
  }

  /// A function alone says it too: no header line of the file, no more than one function.
  @Test(arguments: samples.filter { !$0.value.hasSuffix("_") }) func withoutTheFilesHead(
    name: String, dialect: String
  ) throws {
    let text = String(decoding: try sample(name), as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    let start = try #require(text.range(of: dialect.hasPrefix("go ") ? "TEXT main.goPlain(" : ">:\n"))
    let line = text[..<start.lowerBound].lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
    let one = text[line...].prefix(4000)
    #expect(detected(Array(one.utf8)) == dialect)
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
    for (format, name) in [
      ("elf32-littlearm", "elf32-littlearm"), ("elf64-littleriscv", "elf64-littleriscv"),
    ] {
      let text =
        "\na.out:     file format \(format)\n\n0000000000401000 <main.main>:\n  401000:\t8b 49 00   \tmov    (%ecx),%ecx\n"
      #expect(detected(Array(text.utf8)) == "unknown \(name)")
    }
  }

  /// What `go tool objdump -s '^main.frameSmall$'` of Go 1.27.3 prints of the sample for other machines.
  @Test(arguments: [
    (
      "arm",
      """
      TEXT main.frameSmall(SB) example.com/features/frames.go
        frames.go:22\t\t0xa7b94\t\t\te59a1008\t\tMOVW 0x8(R10), R1
        frames.go:22\t\t0xa7b98\t\t\te15d0001\t\tCMP R1, R13
        frames.go:22\t\t0xa7b9c\t\t\t9a000014\t\tB.LS 0xa7bf4
        frames.go:22\t\t0xa7ba0\t\t\te52de034\t\tMOVW.W R14, -0x34(R13)
        frames.go:23\t\t0xa7ba4\t\t\te28d1014\t\tADD $20, R13, R1
        frames.go:23\t\t0xa7ba8\t\t\te28d0033\t\tADD $51, R13, R0
        frames.go:23\t\t0xa7bac\t\t\te3a02000\t\tMOVW $0, R2
        frames.go:23\t\t0xa7bb0\t\t\te4c12001\t\tMOVB.P R2, 0x1(R1)

      """
    ),
    (
      "riscv64",
      """
      TEXT main.frameSmall(SB) example.com/features/frames.go
        frames.go:22\t\t0x77520\t\t\t010db303\t\tMOV 16(X27), X6
        frames.go:22\t\t0x77524\t\t\t00236a63\t\tBLTU X6, X2, 5(PC)
        frames.go:22\t\t0x77528\t\t\t00a10423\t\tMOVB X10, 8(X2)
        frames.go:22\t\t0x7752c\t\t\tb3cf72ef\t\tJAL X5, runtime.morestack_noctxt.abi0(SB)
        frames.go:22\t\t0x77530\t\t\t00814503\t\tMOVBU 8(X2), X10
        frames.go:22\t\t0x77534\t\t\tfedff06f\t\tJMP main.frameSmall(SB)
        frames.go:22\t\t0x77538\t\t\tfa113c23\t\tMOV X1, -72(X2)
        frames.go:22\t\t0x7753c\t\t\tfb810113\t\tADDI $-72, X2, X2

      """
    ),
  ])
  func otherMachinesOfGo(name: String, text: String) {
    #expect(detected(Array(text.utf8)) == "unknown \(name)")
  }
}
