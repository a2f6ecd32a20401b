import ByteText
import Foundation
import Testing

@testable import Listing

@Suite("Listings as they are pasted") struct PasteTests {
  private func paste(_ bytes: [UInt8]) -> Paste? {
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    return Paste(text.span, end: bytes.count)
  }

  /// What is made of a paste that comes in pieces.
  private func cleaned(_ bytes: [UInt8], size: Int = .max) throws -> String {
    let found = paste(bytes)
    var paste = try #require(found)
    var text: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let end = size < bytes.count - start ? start + size : bytes.count
      paste.clean(bytes.span.extracting(start..<end), isLast: false, into: &text)
      start = end
    }
    let none: [UInt8] = []
    paste.clean(none.span, isLast: true, into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// A listing that stands as it was printed costs no more than a look.
  @Test func whatIsWellFormedIsNone() throws {
    let folder = samplePath("listings")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count > 50)
    for file in files {
      let bytes = try Array(Data(contentsOf: folder.appendingPathComponent(file)))
      #expect(paste(bytes) == nil, "\(file)")
    }
  }

  @Test(arguments: [1, 7, 4096]) func inPieces(size: Int) throws {
    let text = String(decoding: try sample("amd64.gdb-at"), as: UTF8.self)
    let quoted = text.split(separator: "\n").map { "> \($0)\n" }.joined()
    for bytes in [Array(quoted.utf8), Array(quoted.data(using: .utf16LittleEndian)!)] {
      #expect(try cleaned(bytes, size: size) == text)
    }
  }

  /// A last line without its end stays without: the text was cut there.
  @Test func aLastLineThatIsCut() throws {
    let text = "> TEXT main.f(SB) f.go\n>   f.go:3\t0x401000\tc3\tRET\n>   f.go:3\t0x401001\tcc\tIN"
    #expect(
      try cleaned(Array(text.utf8))
        == "TEXT main.f(SB) f.go\n  f.go:3\t0x401000\tc3\tRET\n  f.go:3\t0x401001\tcc\tIN")
  }

  @Test func notes() throws {
    let text = """
      Dump of assembler code for function main.f:
         0x0000000000401000 <+0>:\tcmp    0x10(%r14),%rsp   // room?
         0x0000000000401004 <+4>:\tjbe    0x401010 <main.f+16>  \\\\ no
         0x0000000000401006 <+6>:\tret
      End of assembler dump.

      """
    let lines = try cleaned(Array(text.utf8)).split(separator: "\n")
    #expect(lines[1].hasSuffix("0x10(%r14),%rsp") && lines[2].hasSuffix("<main.f+16>"))
  }

  /// Each says what it is, and a command that prints what fathom reads.
  @Test(arguments: [
    (".text:0000000000401000 main_main       proc near\n", "IDA"),
    ("        00401000 49 3b 66 10     CMP        RSP,qword ptr [R14 + 0x10]   XREF[1]:\n", "Ghidra"),
    ("            ; CALL XREF from sym.main.main @ 0x401020\n", "radare2"),
    ("_main.main:\n0000000100001000\tldr\tx16, [x28, #0x10]\n", "otool"),
    (
      "main_square_pc0:\n        TEXT    main.square(SB), NOSPLIT|NOFRAME|ABIInternal, $0-8\n",
      "Compiler Explorer"
    ),
    ("TEXT    \"\".square(SB), ABIInternal, $0-8\n", "Compiler Explorer"),
    ("TEXT ·add(SB), NOSPLIT, $0-24\n\tMOVQ a+0(FP), AX\n", "assembly source"),
    ("   0x0000000000401000 <+0>:\tcmp    0x10(%r14),%rsp\n", "name of their function"),
    ("=> 0x401000:\tcmp    0x10(%r14),%rsp\n", "name of their function"),
    ("<!DOCTYPE html>\n<html><head><title>Pprof listing</title>\n", "weblist"),
    ("<!DOCTYPE html>\n<html><head><title>Notes</title>\n", "HTML"),
    ("0000000000401000 T main.main\n", "symbols"),
  ])
  func foreign(text: String, word: String) throws {
    let bytes = Array(text.utf8) + Array(repeating: 0x0a, count: textPadding)
    let found = ForeignText(bytes.span, end: text.utf8.count).map { "\($0)" }
    #expect(found?.contains(word) == true, "\(found ?? "-")")
  }

  @Test func proseIsNoCode() throws {
    for name in ["README.md", "rules/large-frame/README.md"] {
      let bytes = try Array(Data(contentsOf: samplePath(name)))
      let text = bytes + Array(repeating: 0x0a, count: textPadding)
      let isCode = ForeignText(text.span, end: bytes.count) != nil || paste(bytes) != nil
      #expect(!isCode)
    }
  }
}
