import Foundation
import TestSupport
import Testing

@testable import Evidence

/// Logs that something packed or wrote in another encoding.
@Suite("Logs in gzip and in UTF-16") struct EncodedLogTests {
  private static func run(_ words: [String], _ input: [UInt8]) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("log")
    try Data(input).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words + [file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return Array(data)
  }

  private static func read(_ bytes: [UInt8], readSize: Int = 1 << 18) throws -> (
    traces: Traces, damage: String?
  ) {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-log-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    var reader = LogReader(file.fileDescriptor, readSize: readSize)
    let (traces, _, error) = reader.read()
    #expect(error == 0)
    return (traces, traces.diagnostics.damage)
  }

  /// gzip's own, at its best and at its fastest, of text that repeats, that does not, and of nothing.
  @Test(arguments: ["-1", "-6", "-9"]) func gzips(level: String) throws {
    var random = Seeded(state: 11)
    let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let crash = try Logs.bytes("string-1.27")
    let bare = try Logs.read(crash).words
    for log in [crash, noise + [0x0a] + crash, Array(repeating: 0x78, count: 3 << 20) + [0x0a] + crash] {
      let packed = try Self.run(["gzip", "-nc", level], log)
      for size in [1 << 18, 1000] {
        let (traces, damage) = try Self.read(packed, readSize: size)
        #expect(traces.words == bare && damage == nil)
      }
      // Two members, as when logs are put one behind the other.
      let both = try Self.read(packed + packed)
      #expect(both.traces.crashes.count == 2 && both.damage == nil)
    }
  }

  /// Cut anywhere or bent, it is said.
  @Test func damagedGzip() throws {
    let packed = try Self.run(["gzip", "-nc"], try Logs.bytes("nested-1.27"))
    for end in stride(from: 3, to: packed.count - 1, by: 37) {
      #expect(try Self.read(Array(packed[..<end])).damage != nil, "\(end)")
    }
    let bare = try Logs.read(try Logs.bytes("nested-1.27")).words
    // What came before is read: all of it where only the checksum is missing, half of a log's text else.
    #expect(try Self.read(Array(packed.dropLast(8))).traces.words == bare)
    #expect(try Self.read(Array(packed.dropLast(packed.count / 3))).traces.crashes.map(\.kind) == [.panic])
    var random = Seeded(state: 5)
    for _ in 0..<300 {
      var bent = packed
      bent[Int.random(in: 10..<bent.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let (traces, damage) = try Self.read(bent)
      // Bits between the last block and the checksum mean nothing.
      #expect(damage != nil || traces.words == bare)
    }
  }

  /// With a mark and without one, in either order, however the pieces fall.
  @Test func utf16() throws {
    let log = String(decoding: try Logs.bytes("nested-1.27"), as: UTF8.self) + "\u{1f680} done\n"
    let bare = try Logs.read(Array(log.utf8)).words
    for (isLittle, hasMark) in [(true, true), (false, true), (true, false), (false, false)] {
      let units = (hasMark ? [0xfeff] : []) + Array(log.utf16)
      let bytes = units.flatMap {
        isLittle ? [UInt8($0 & 0xff), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xff)]
      }
      for size in [1, 7, 1 << 18] { #expect(try Self.read(bytes, readSize: size).traces.words == bare) }
    }
  }
}
