import Foundation
import ProgramModel
import Reporting
import TestSupport
import Testing

@testable import Scan

/// The records of a scan, read back.
@Suite("Records") struct RecordReaderTests {
  private func records(of program: Program) throws -> [UInt8] {
    let output = Output()
    try NDJSONReporter(Report(program: program, version: "test", jobs: 2)).write(to: output)
    return output.contents
  }

  private func failure(_ text: String) async -> String {
    do {
      _ = try await program(of: Array(text.utf8))
      return "nothing"
    } catch {
      // Without the file's own name, which is another one each time.
      return "\(error)".split(separator: ":", maxSplits: 1).last.map(String.init) ?? ""
    }
  }

  private func sampleRecords() async throws -> [String] {
    let records = try records(of: try await scanSample("amd64.go"))
    return String(decoding: records, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    "amd64.go", "amd64.gnu", "amd64.llvm", "arm64.go", "arm64.llvm", "386.go", "arm.go", "riscv64.go",
    "loong64.go",
    "ppc64le.go", "s390x.go", "amd64.compiler",
  ])
  func aListingAndBack(name: String) async throws {
    let first = try await scanSample(name)
    let bytes = try records(of: first)
    let second = try await program(of: bytes)
    let (expected, found) = (Facts(first), Facts(second))
    #expect(second.functions.count == first.functions.count)
    for (a, b) in zip(first.functions, second.functions) {
      // What a function does with mutexes serves the judgement of leaks, which has been made.
      var a = a
      a.lockUse = LockUse()
      guard expected.all(a) != found.all(b) else { continue }
      Issue.record("\(expected.all(a))")
      break
    }
    let isSame = try records(of: second) == bytes
    #expect(isSame)
  }

  /// With modules, inlined callers and origins, which listings do not have.
  @Test(arguments: liveMachines) func aBinaryAndBack(arch: Architecture) async throws {
    let first = try await program(linkProgram(arch))
    let bytes = try records(of: first)
    let second = try await program(of: bytes)
    #expect(second.functions.count > 4000)
    let isSame = try records(of: second) == bytes
    #expect(isSame)
    for (a, b) in zip(first.functions, second.functions) where first.origin(of: a) != second.origin(of: b) {
      Issue.record("\(first.names.string(a.name))")
    }
  }

  @Test func theUserSaysWhoseCodeItIs() async throws {
    var options = ScanOptions()
    options.modulePrefix = "runtime"
    let program = try await program(
      of: Array(try await sampleRecords().joined(separator: "\n").utf8), options)
    #expect(program.header.ownFrom == .flag)
    #expect(program.header.ownPrefixes == ["runtime"])
  }

  @Test func keysToComeArePassedOver() async throws {
    var lines = try await sampleRecords()
    let expected = try await program(of: Array(lines.joined(separator: "\n").utf8))
    for i in lines.indices {
      lines[i] = lines[i].replacing(
        ",\"", with: #", "later" : [{"a":[1,-2.5e3,"\"]}"],"b":{}},null,true] ,"# + "\"", maxReplacements: 3)
    }
    let found = try await program(of: Array(lines.joined(separator: "\r\n").utf8))
    let isSame = Facts(found).all == Facts(expected).all
    #expect(isSame)
  }

  @Test func escapedNames() async throws {
    let name = #"main.\u00e9\ud83d\ude00\n\"\\\/\ud800x"#
    let lines = [
      #"{"record":"header","schema":"fathom.scan/1","arch":"amd64"}"#,
      #"{"record":"function","entry":"0x1","name":"\#(name)","size":1,"frameBytes":8}"#,
      #"{"record":"end","functions":1,"status":"complete"}"#,
    ]
    let found = try await program(of: Array(lines.joined(separator: "\n").utf8))
    #expect(found.names.string(found.functions[0].name) == "main.é😀\n\"\\/\u{fffd}x")
  }

  @Test func whatIsDamagedIsSaidWithItsLine() async throws {
    let lines = try await sampleRecords()
    let text = lines.joined(separator: "\n") + "\n"
    let count = lines.count
    #expect(
      await failure(lines.dropLast().joined(separator: "\n")).hasPrefix("\(count - 1): the stream ends here"))
    #expect(
      await failure(text.replacing(#""functions":\#(count - 2)"#, with: #""functions":1"#)).contains(
        "\(count): the end record counts 1 functions, and \(count - 2) were read"))
    #expect(await failure(text + lines[0]).hasPrefix("\(count + 1): a record behind the end record"))
    #expect(await failure(text.replacing("scan/1", with: "scan/2")).contains("1: schema «fathom.scan/2»"))
    #expect(
      await failure(#"{"schema":"fathom.scan/1","header":{"#).contains(
        "1: a JSON document, which is for other tools"))
    #expect(await failure(lines[1]).hasPrefix("1: the first record is no header"))
    #expect(await failure("{}").hasPrefix("1: a record begins with the key «record»"))
    let swapped = [lines[0], lines[2], lines[1]] + lines[3...]
    #expect(await failure(swapped.joined(separator: "\n")).hasPrefix("3: functions must be in address order"))
    var cut = lines
    cut[4] = String(cut[4].dropLast(10))
    #expect(await failure(cut.joined(separator: "\n")) == "5: it ends inside of a string")
    let frame = lines[1].replacing("\"frameBytes\":", with: "\"frameBytes\":-")
    #expect(
      await failure([lines[0], frame].joined(separator: "\n")).hasPrefix("2: a whole number was expected at"))
    let huge = lines[1].replacing("\"frameBytes\":", with: "\"frameBytes\":99999999999999999999")
    #expect(
      await failure([lines[0], huge].joined(separator: "\n")).hasPrefix("2: a whole number was expected at"))
    let deep = String(repeating: "[", count: 100_000)
    #expect(await failure(#"{"record":"header","x":\#(deep)"#).hasPrefix("1: objects are nested too deeply"))
  }

  @Test func aPartialStreamIsPartial() async throws {
    let text = try await sampleRecords().joined(separator: "\n")
    let found = try await program(of: Array(text.replacing(#""complete""#, with: #""partial""#).utf8))
    #expect(found.isPartial)
  }

  /// Whatever a byte is changed to or where a stream is cut: an answer or an error, and no end of the process.
  @Test func damagedAnywhere() async throws {
    let lines = try await sampleRecords()
    let text = (lines.prefix(4) + [#"{"record":"end","functions":3,"status":"complete"}"#]).joined(
      separator: "\n")
    // The input's path is of another length in each clone, and the places that are damaged go with it.
    let bytes = Array(text.replacing(#/"input":"[^"]*"/#, with: #""input":"features.txt""#).utf8)
    _ = try await program(of: bytes)
    var random = Seeded(state: 3)
    var refused = 0
    for _ in 0..<60 {
      var damaged = bytes
      damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      if Bool.random(using: &random) {
        damaged.removeLast(Int.random(in: 0..<bytes.count - 1, using: &random))
      }
      if try await !isRead(damaged) { refused += 1 }
    }
    #expect(refused >= 44)
  }
}
