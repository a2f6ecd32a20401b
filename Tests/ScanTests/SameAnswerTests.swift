import ByteText
import Foundation
import Listing
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("The same answer however the text comes") struct SameAnswerTests {
  /// As `scan` reads, but from the first byte in pieces of the size that is asked for: `scan` looks at the
  /// first megabyte to find the dialect, and hands it out as one.
  private func pieces(of descriptor: CInt, _ dialect: Dialect, _ options: ScanOptions) async throws
    -> [String]
  {
    let source = ListingSource(
      descriptor: descriptor, pieceSize: options.pieceSize, readSize: options.readSize)
    var harvest = await Pipeline(dialect: dialect, sources: [source], options: options).run()
    #expect(Resolution.order(&harvest.functions) == 0)
    #expect(!harvest.endsOpen)
    var program = Program(
      header: Program.Header(
        input: "-", inputKind: .text, arch: dialect.architecture, disassembler: dialect.disassembler),
      names: harvest.names, functions: harvest.functions, diagnostics: harvest.diagnostics, isPartial: false)
    Resolution.resolveCalls(&program, jobs: options.jobs)
    return Facts(program).all
  }

  private func dialect(_ bytes: [UInt8]) throws -> Dialect {
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    guard case .found(let dialect) = DialectDetector.detect(text.span, end: bytes.count) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return dialect
  }

  @Test(arguments: [
    "amd64.go-crlf", "amd64.gnu-lines", "amd64.llvm", "arm64.go", "386.go", "arm.go", "riscv64.go",
    "loong64.go",
    "ppc64le.go", "s390x.go", "arm64.compiler",
  ])
  func everyPieceReadAndJob(name: String) async throws {
    let path = samplePath("listings/features.\(name).txt").path
    let dialect = try dialect(sample(name))
    let expected = Facts(try await scanSample(name)).all
    for piece in [1, 7, 65_536, ScanOptions().pieceSize] {
      for read in [1, 7, 65_536] where read > 1 || piece == 1 {
        for jobs in [1, 2] {
          var options = ScanOptions()
          options.pieceSize = piece
          options.readSize = read
          options.jobs = jobs
          let file = try #require(FileHandle(forReadingAtPath: path))
          defer { try? file.close() }
          let start = ContinuousClock.now
          let found = try await pieces(of: file.fileDescriptor, dialect, options)
          #expect(found == expected, "piece \(piece) read \(read) jobs \(jobs)")
          #expect(ContinuousClock.now - start < .seconds(20), "piece \(piece) read \(read) jobs \(jobs)")
        }
      }
    }
  }

  @Test func aPipeThatComesInDrops() async throws {
    let bytes = try sample("amd64.go")
    let pipe = Pipe()
    let writer = pipe.fileHandleForWriting
    Thread.detachNewThread {
      var random = Seeded(state: 11)
      var rest = bytes[...]
      while !rest.isEmpty {
        let drop = rest.prefix(Int.random(in: 1...4000, using: &random))
        writer.write(Data(drop))
        rest = rest.dropFirst(drop.count)
      }
      try? writer.close()
    }
    var options = ScanOptions()
    options.jobs = 2
    options.pieceSize = 4096
    let found = try await pieces(of: pipe.fileHandleForReading.fileDescriptor, dialect(bytes), options)
    #expect(found == Facts(try await scanSample("amd64.go")).all)
  }

  /// Twice the text: what is known already is counted, and changes nothing.
  @Test(arguments: ["amd64.go", "amd64.llvm"]) func aListingTwice(name: String) async throws {
    let bytes = try sample(name)
    let once = try await scanSample(name)
    let twice = try await program(of: bytes + [0x0a] + bytes)
    #expect(twice.diagnostics.repeatedFunctions == once.functions.count)
    #expect(twice.functions.map(Facts(twice).all) == once.functions.map(Facts(once).all))
  }

  /// Nothing says that an empty line stands between two functions.
  @Test func noEmptyLinesBetweenFunctions() async throws {
    let text = String(decoding: try sample("amd64.go"), as: UTF8.self)
    let whole = try await scanSample("amd64.go")
    let dense = try await program(of: Array(text.replacingOccurrences(of: "\n\n", with: "\n").utf8))
    #expect(dense.functions.map(Facts(dense).all) == whole.functions.map(Facts(whole).all))
  }

  /// Go prints the code of an address once for each of its symbols.
  @Test func twoNamesOfOneAddress() async throws {
    let text = String(decoding: try sample("amd64.go"), as: UTF8.self)
    let start = try #require(text.range(of: "TEXT main.atomicSwap(SB)")).lowerBound
    let end = try #require(text.range(of: "TEXT ", range: text.index(after: start)..<text.endIndex))
      .lowerBound
    let copy = text[start..<end].replacingOccurrences(of: "main.atomicSwap(SB)", with: "other(SB)")
    let found = try await program(of: Array((text[..<end] + copy + text[end...]).utf8))
    let once = try await scanSample("amd64.go")
    #expect(found.functions.count == once.functions.count)
    #expect(found.diagnostics.repeatedFunctions == 0)
    let function = try #require(found.functions.first { found.names.string($0.name) == "main.atomicSwap" })
    #expect(function.aliases.map(found.names.string) == ["other"])
    #expect(function.atomics.count == 2)
  }
}
