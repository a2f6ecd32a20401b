import Foundation
import ProgramModel
import Testing

@testable import Scan

/// What people and tools put around a listing, against the listing itself.
@Suite("Listings as they are pasted") struct PasteTests {
  private typealias Change = @Sendable (_ line: String, _ number: Int) -> String

  /// As a terminal shows it.
  private static func expanded(_ line: String) -> String {
    var text = ""
    var column = 0
    for c in line.unicodeScalars {
      let count = c == "\t" ? 8 - column % 8 : 1
      text.unicodeScalars.append(contentsOf: c == "\t" ? Array(repeating: " ", count: count) : [c])
      column += count
    }
    return text
  }

  private static func time(_ i: Int) -> String {
    "2026-11-28T15:10:\(10 + i % 50).\(i * 7919 % 999_983 + 1)Z "
  }

  private static func escaped(_ line: String) -> String {
    line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  private static let changes: KeyValuePairs<String, Change> = [
    "CRLF": { line, _ in line + "\r" },
    "TABs as blanks": { line, _ in expanded(line) },
    "one blank": { line, _ in expanded(line).replacing(/[ ]+/, with: " ") },
    "quoted": { line, _ in "> \(line)" },
    "quoted twice": { line, _ in "> > \(expanded(line))" },
    "indented": { line, _ in "    \(line)" },
    "indented by a TAB": { line, _ in "\t\(line)" },
    "numbered": { line, i in "\(String(repeating: " ", count: max(0, 6 - "\(i)".count)))\(i)\t\(line)" },
    "grep -n": { line, i in "\(i):\(line)" },
    "a log": { line, i in time(i) + line },
    "a log of pods": { line, i in "[pod/web-7d9f/app] \(time(i))stdout F \(line)" },
    "colours": { line, _ in "\u{1b}[32m\(line.prefix(9))\u{1b}[0m\(line.dropFirst(9))\u{1b}[K" },
    "no-break blanks": { line, _ in expanded(line).replacing(" ", with: "\u{a0}") },
    "blanks behind": { line, _ in line + "   " },
    "empty lines": { line, _ in line + "\n" },
    "entities": { line, _ in escaped(line) },
    "quoted, numbered, coloured": { line, i in "> \(i)  \u{1b}[2m\(expanded(line))\u{1b}[0m  " },
    "cat -A": { line, _ in line.replacing("\t", with: "^I") + "$" },
    "backticks": { line, _ in "`\(line)`" },
    "strings of JSON": { line, _ in
      "  \""
        + line.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
        .replacing("\u{b7}", with: "\\u00b7") + "\","
    },
    "a cell": { line, _ in "| \(expanded(line)) |" },
    "for a shell": { line, _ in line + " \\" },
    "breaks": { line, _ in expanded(line) + "<br>" },
    "an editor's arrows": { line, _ in line.replacing("\t", with: "\u{2192}   ") },
    "in a page": { line, i in "<span class=\"l\">\(i)</span> \(escaped(expanded(line)))" },
  ]

  private static let samples = [
    "amd64.go", "amd64.gnu", "amd64.llvm", "amd64.intel", "amd64.gnu-noraw", "amd64.gdb", "amd64.gdb-raw",
    "amd64.delve", "amd64.compiler", "amd64.delve-go", "amd64.gdb-source", "arm64.go", "arm64.gnu",
    "arm64.llvm",
    "arm64.gdb", "386.go", "386.intel-one", "arm.gnu-one", "riscv64.gnu-one", "ppc64le.gnu-one",
    "s390x.gnu-one",
    "loong64.llvm19-one", "amd64.go-archive", "amd64.gdb-x",
  ]

  /// The functions of one text that another one does not have so.
  private func differing(_ found: Program, _ expected: Program) -> [String] {
    let facts = (Facts(found), Facts(expected))
    func row(_ f: Function, _ facts: Facts) -> String {
      // A function of the compiler's listing has the address where its text stands.
      guard found.header.inputKind == .compiler else { return facts.all(f) }
      let calls = f.calls.map { "\($0.address - f.entry) \(facts.name($0.target)) \($0.line ?? 0)" }
      return "\(facts.name(f.name)) \(f.size) \(f.frame) \(f.deferSites.count) \(f.atomics.count) \(calls)"
    }
    let rows = (
      found.functions.map { row($0, facts.0) }, expected.functions.map { row($0, facts.1) }
    )
    return rows.0 == rows.1
      ? [] : zip(rows.0, rows.1).filter { $0 != $1 }.prefix(2).map { "\($0)\n≠ \($1)" } + ["\(rows.0.count)"]
  }

  @Test(arguments: samples) func isReadAsItWasPrinted(name: String) async throws {
    let text = String(decoding: try sample(name), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let expected = try await scanSample(name)
    for (change, make) in Self.changes {
      let mangled = zip(lines, 1...).map { make(String($0), $1) + "\n" }.joined()
      let found = try await program(of: Array(mangled.utf8))
      let differing = differing(found, expected)
      #expect(differing.isEmpty && !found.isPartial, "\(change): \(differing.joined(separator: "\n"))")
    }
    let encodings: [(String, [UInt8])] = [
      ("BOM", [0xef, 0xbb, 0xbf] + Array(text.utf8)),
      ("UTF-16 with a BOM", [0xff, 0xfe] + Array(text.data(using: .utf16LittleEndian)!)),
      ("UTF-16", Array(text.data(using: .utf16BigEndian)!)),
    ]
    for (encoding, bytes) in encodings {
      let found = try await program(of: bytes)
      let differing = differing(found, expected)
      #expect(differing.isEmpty && !found.isPartial, "\(encoding): \(differing.joined(separator: "\n"))")
    }
  }

  /// Digits that are capitals: addresses, bytes, and numbers in operands.
  @Test(arguments: [
    "amd64.go", "amd64.gnu", "amd64.intel", "arm64.gnu", "386.go", "amd64.gdb-raw", "amd64.delve",
  ])
  func capitals(name: String) async throws {
    let text = String(decoding: try sample(name), as: UTF8.self)
    let digits = /0x[0-9a-f]+|\b[0-9a-f]{5,16}\b|\t[0-9a-f]{2}(?:[ ][0-9a-f]{2})*[ ]|\t[0-9a-f]{2,32}\t/
    let found = try await program(of: Array(text.replacing(digits) { $0.output.uppercased() }.utf8))
    let differing = differing(found, try await scanSample(name))
    #expect(differing.isEmpty, "\(differing.joined(separator: "\n"))")
  }

  /// Where the selection began, the first line lost what stands before the others; prose stands around all of it.
  @Test func amongOtherText() async throws {
    let lines = String(decoding: try sample("amd64.gdb-at"), as: UTF8.self).split(separator: "\n")
    let quoted = lines.dropFirst().map { "    \($0)\n" }.joined()
    let text = "On Friday somebody wrote:\n\n\(lines[0])\n\(quoted)\nWhy so much?\n"
    let found = try await program(of: Array(text.utf8))
    #expect(differing(found, try await scanSample("amd64.gdb-at")).isEmpty)
    #expect(found.diagnostics.unknownLines == 2)
  }

  /// Other tools' text, against objdump's of the same functions.
  @Test(arguments: [("lldb", 2), ("lldb-bytes", 2), ("pprof", 3), ("perf", 1)])
  func otherTools(name: String, count: Int) async throws {
    func rows(_ program: Program) -> [UInt64: String] {
      let facts = Facts(program)
      return Dictionary(
        uniqueKeysWithValues: program.functions.map { f in
          let calls = f.calls.map { "\(String($0.address, radix: 16)) \(facts.name($0.target))" }
          return (f.entry, "\(facts.shared(f)) \(f.frame.uncertain.map { "\($0)" } ?? "") \(calls)")
        })
    }
    let reference = name == "pprof" ? "go" : "gnu"
    let expected = rows(try await program(samplePath("pastes/hot.\(reference).txt").path))
    let found = try await program(samplePath("pastes/hot.\(name).txt").path)
    #expect(found.functions.count == count && !found.isPartial)
    if name == "pprof" {
      let hot = try #require(found.functions.first { found.names.string($0.name) == "main.hot" })
      #expect(
        hot.flat.map(found.names.string) == "1.55s" && hot.cumulative.map(found.names.string) == "1.82s")
    }
    for (entry, row) in rows(found) {
      // pprof takes the bytes of a last jump for other instructions, after which lines may be missing.
      #expect((name == "pprof" ? row.replacing("elided", with: "") : row) == expected[entry])
    }
  }

  /// gdb's instructions without the line that names their function: a jump of its own does, as most have one to where the
  /// stack grows.
  @Test(arguments: ["amd64.gdb", "arm64.gdb"]) func gdbWithoutHeader(sample: String) async throws {
    let text = String(decoding: try ScanTests.sample(sample), as: UTF8.self)
    let lines = text.components(separatedBy: "\n").filter { !$0.hasPrefix("Dump of") }
    let whole = try await program(of: Array(text.utf8))
    let found = try await program(of: Array(lines.joined(separator: "\n").utf8))
    func rows(_ program: Program) -> Set<String> {
      let facts = Facts(program)
      return Set(program.functions.map { "\($0.entry) \(facts.name($0.name)) \(facts.shared($0))" })
    }
    // Those without a jump are left out, and counted.
    #expect(found.functions.count > 100 && rows(found).isSubset(of: rows(whole)))
    #expect(found.functions.count == whole.functions.count || found.diagnostics.orphanInstructions > 0)
  }

  /// A person's words behind the line that names a function.
  @Test(arguments: ["amd64.gnu", "amd64.llvm", "amd64.gdb"], ["   // here", " <-- this one", "  "])
  func remarkBehindAName(sample: String, remark: String) async throws {
    let bytes = try ScanTests.sample(sample)
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n").map {
      $0.hasSuffix(">:") || $0.hasPrefix("Dump of") ? $0 + remark : $0
    }
    let (whole, found) = try await (
      program(of: bytes), program(of: Array(lines.joined(separator: "\n").utf8))
    )
    #expect(whole.functions.count == found.functions.count)
    for (a, b) in zip(whole.functions, found.functions) {
      #expect(
        whole.names.string(a.name) == found.names.string(b.name) && a.frame == b.frame && a.size == b.size)
    }
  }

  /// What stands behind an operand, or is lost of it, leaves no figure that is certain and wrong.
  @Test(arguments: [
    ("386.intel-one", "sub    esp", "   ; frame"), ("riscv64.gnu-one", "sp,sp,-", "   # frame"),
    ("amd64.gnu-one", "sub    $", " ; frame"), ("amd64.go", "SUBQ $", " <-- frame"),
  ])
  func remarkBehindOneOperand(sample: String, place: String, remark: String) async throws {
    let text = String(decoding: try ScanTests.sample(sample), as: UTF8.self)
    let lines = text.components(separatedBy: "\n").map { line in
      line.contains(place) ? line.replacing(/\t+$/, with: "") + remark : line
    }
    let whole = try await program(of: Array(text.utf8))
    let found = try await program(of: Array(lines.joined(separator: "\n").utf8))
    #expect(lines.joined(separator: "\n") != text)
    for (a, b) in zip(whole.functions, found.functions) where b.frame.uncertain == nil {
      #expect(a.frame.bytes == b.frame.bytes, "\(found.names.string(b.name))")
    }
  }

  /// Dollar signs are gone, as an unquoted here-document takes them.
  @Test(arguments: ["amd64.gnu-one", "amd64.gnu-noraw", "amd64.llvm", "amd64.go"])
  func withoutDollars(sample: String) async throws {
    let text = String(decoding: try ScanTests.sample(sample), as: UTF8.self)
    let whole = try await program(of: Array(text.utf8))
    let found = try await program(of: Array(text.replacing("$", with: "").utf8))
    for (a, b) in zip(whole.functions, found.functions) where b.frame.uncertain == nil {
      #expect(a.frame.bytes == b.frame.bytes, "\(found.names.string(b.name))")
    }
  }

  /// By entry, what is certain of each function.
  private func figures(_ program: Program) -> [UInt64: String] {
    var all: [UInt64: String] = [:]
    for f in program.functions where f.frame.uncertain == nil {
      all[f.entry] = "\(f.frame.bytes) \(f.deferSites.count) \(f.atomics.count) \(f.calls.count)"
    }
    return all
  }

  /// Lines that are broken at blanks, as mail programs do it.
  @Test(arguments: ["go", "gnu"], [72, 80, 90]) func linesBrokenAtBlanks(name: String, width: Int)
    async throws
  {
    let path = samplePath("pastes/hot.\(name).txt")
    let whole = try await program(path.path)
    var lines: [String] = []
    for line in String(decoding: try Data(contentsOf: path), as: UTF8.self).components(separatedBy: "\n") {
      var shown = ""
      for character in line {
        shown += character == "\t" ? String(repeating: " ", count: 8 - shown.count % 8) : String(character)
      }
      while shown.count > width, let blank = shown.prefix(width).lastIndex(of: " ") {
        lines.append(String(shown[...blank]))
        shown = String(shown[shown.index(after: blank)...])
      }
      lines.append(shown)
    }
    guard let found = try? await program(of: Array(lines.joined(separator: "\n").utf8)) else { return }
    let expected = figures(whole)
    for (entry, figures) in figures(found) { #expect(figures == expected[entry]) }
  }

  /// A pane shows only so much of each line; of the last two no operand is left.
  @Test(arguments: [
    ("amd64.gnu", 60), ("amd64.gnu", 64), ("amd64.llvm", 60), ("arm64.gdb", 40), ("riscv64.gnu-one", 40),
  ])
  func linesCutOff(sample: String, width: Int) async throws {
    let text = Self.cut(try ScanTests.sample(sample), at: width, expands: true)
    #expect(try await refusal(text).contains("cut off at \(width) characters"))
  }

  /// A terminal may fill each line up with blanks: that is no cut.
  @Test(arguments: ["arm64.gdb", "amd64.gdb", "riscv64.gnu-one"]) func linesFilledUp(sample: String)
    async throws
  {
    let lines = String(decoding: try ScanTests.sample(sample), as: UTF8.self).components(separatedBy: "\n")
      .map(Self.expanded)
    let width = lines.map(\.count).max() ?? 0
    let filled = lines.map { $0 + String(repeating: " ", count: width - $0.count) }
    let found = try await program(of: Array(filled.joined(separator: "\n").utf8))
    #expect(differing(found, try await scanSample(sample)).isEmpty)
  }

  /// The text with each line cut off behind so many characters, with blanks for TABs if they are to be expanded.
  private static func cut(_ text: [UInt8], at width: Int, expands: Bool) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var column = 0
    for byte in text {
      if byte == 0x0a {
        out.append(byte)
        column = 0
        continue
      }
      let isTab = byte == 0x09 && expands
      for _ in 0..<(isTab ? 8 - column % 8 : 1) {
        if byte & 0xc0 != 0x80 { column += 1 }
        if column <= width { out.append(isTab ? 0x20 : byte) }
      }
    }
    return out
  }

  /// Wherever lines are cut off: a text is refused, or what is certain in it is right.
  @Test(arguments: samples) func cutLinesAreNotBelieved(name: String) async throws {
    let text = try ScanTests.sample(name)
    let whole = figures(try await scanSample(name))
    for width in [40, 50, 60, 72, 80, 100] {
      for expands in [false, true] {
        guard let found = try? await program(of: Self.cut(text, at: width, expands: expands)) else {
          continue
        }
        // delve's and the compiler's lines end in names, which may be cut without a mark of it.
        for (entry, figures) in figures(found) where found.header.inputKind != .compiler {
          #expect(figures == whole[entry], "\(name) at \(width) of \(String(entry, radix: 16))")
        }
      }
    }
  }

  /// The newline that a copy leaves out at the end of a text is no loss where the last line shows that it is whole.
  @Test(arguments: samples) func withoutTheLastNewline(name: String) async throws {
    var bytes = try ScanTests.sample(name)
    while bytes.last == 0x0a { bytes.removeLast() }
    let expected = try await scanSample(name)
    let found: Program
    do { found = try await program(of: bytes) } catch ScanError.cut { return }
    #expect(found.isPartial || differing(found, expected).isEmpty)
    #expect(!found.isPartial || found.functions.count >= expected.functions.count - 1)
    // A last line that is cut in its middle is none.
    let cut = bytes.lastIndex(of: 0x0a).map { $0 + (bytes.count - $0) / 2 } ?? 0
    guard let torn = try? await program(of: Array(bytes[..<cut])) else { return }
    for (entry, figures) in figures(torn) where found.header.inputKind != .compiler {
      #expect(figures == self.figures(expected)[entry])
    }
  }

  @Test func listingsOfTwoMachines() async throws {
    let text = try ScanTests.sample("amd64.gnu") + ScanTests.sample("arm64.gnu")
    #expect(try await refusal(text).contains("two machines"))
    // Go's text names none; what is read as another machine's is not certain.
    let other = figures(try await scanSample("arm64.go"))
    let found = try await program(of: ScanTests.sample("amd64.go") + ScanTests.sample("arm64.go"))
    #expect(figures(found).keys.allSatisfy { other[$0] == nil })
  }

  private func refusal(_ bytes: [UInt8]) async throws -> String {
    do {
      _ = try await program(of: bytes)
      return "read"
    } catch { return "\(error)" }
  }

  @Test func samplesBySourceLines() async throws {
    let text = try Array(Data(contentsOf: samplePath("pastes/hot.pprof-list.txt")))
    #expect(try await refusal(text).contains("go tool pprof -disasm"))
  }

  /// Programs that Go's linker makes for other systems, and one that something else was done to.
  @Test func foreignPrograms() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("package main\n\nfunc main() { println(1) }\n".utf8).write(
      to: folder.appendingPathComponent("main.go"))
    func built(_ system: String, _ machine: String, flags: String = "") throws -> [UInt8] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "GOOS=\(system)", "GOARCH=\(machine)", "CGO_ENABLED=0",
        ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "build", "-ldflags=\(flags)", "-o", "app",
        "main.go",
      ]
      process.currentDirectoryURL = folder
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      return try Array(Data(contentsOf: folder.appendingPathComponent("app")))
    }
    #expect(try await refusal(built("js", "wasm")).contains("WebAssembly"))
    #expect(try await refusal(built("plan9", "amd64")).contains("go tool objdump APP > FILE"))
    #expect(try await refusal(built("aix", "ppc64")).contains("XCOFF"))
    #expect(try await refusal(built("linux", "mips")).contains("mips"))
    #expect(try await refusal(built("linux", "ppc64")).contains("ppc64"))
    let program = try built("linux", "amd64", flags: "-s -w")
    // Where the table of sections is, and how many.
    var bare = program
    for i in [Int](40..<48) + [Int](58..<64) { bare[i] = 0 }
    #expect(try await refusal(bare).contains("without section headers"))
    // UPX leaves none, and its mark behind the headers.
    bare.replaceSubrange(0x400..<0x404, with: Array("UPX!".utf8))
    #expect(try await refusal(bare).contains("upx -d"))
    var garbled = program
    let magic = try #require(Data(program).range(of: Data([0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]))).lowerBound
    garbled.replaceSubrange(magic..<magic + 4, with: [0x12, 0x34, 0x56, 0x78])
    #expect(try await refusal(garbled).contains("garble"))
    #expect(try await refusal([0x1f, 0x8b, 0x08, 0x00]).contains("unpack it"))
  }

  /// A window that breaks lines tears their instructions apart: operands, names, bytes.
  @Test(arguments: ["amd64.llvm", "amd64.gnu", "amd64.gdb", "amd64.delve", "arm64.gnu", "arm64.llvm"])
  func brokenLines(name: String) async throws {
    let text = String(decoding: try sample(name), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      let line = Array(Self.expanded(String(line)))
      return stride(from: 0, to: max(line.count, 1), by: 60).map {
        String(line[$0..<min($0 + 60, line.count)])
      }
    }
    #expect(try await refusal(Array(lines.joined(separator: "\n").utf8)).contains("broken at 60 characters"))
  }

  /// A dump that breaks off in its only function lacks the end, not the beginning.
  @Test func withoutItsEnd() async throws {
    let text = String(decoding: try sample("amd64.delve-at"), as: UTF8.self)
    let lines = text.split(separator: "\n").prefix(20).map { "\($0)\n" }.joined()
    #expect(try await refusal(Array(lines.utf8)).contains("breaks off"))
  }
}
