import Foundation
import ProgramModel
import Scan
import Testing

@testable import CallGraph

/// A Go program that is built, read and run. What a test needs and is not there fails it.
struct RealProgram {
  let path: String
  let depth: Depth

  private static let environment = ProcessInfo.processInfo.environment

  /// samples/depths, built in a folder of its own.
  static func depths() async throws -> RealProgram {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-depths-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("depths").path
    _ = try go(["build", "-o", path, "."], in: project.appendingPathComponent("samples/depths"))
    return try await RealProgram(path: path)
  }

  /// A program of scripts/oracles, built in a folder of its own.
  static func oracle(_ name: String) async throws -> RealProgram {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-oracle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent(name).path
    _ = try go(["build", "-o", path, "."], in: project.appendingPathComponent("scripts/oracles/\(name)"))
    return try await RealProgram(path: path)
  }

  /// A program of scripts/corpus.
  static func corpus(_ name: String) async throws -> RealProgram {
    let folder = try #require(environment["FATHOM_CORPUS"], "scripts/test sets it")
    return try await RealProgram(path: folder + "/" + name)
  }

  private init(path: String) async throws {
    self.path = path
    depth = Depth(try await scan(Array(path.utf8CString), options: ScanOptions()).program)
  }

  static var project: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
  }

  /// A command of the Go distribution, built in a folder of its own.
  static func command(_ name: String) async throws -> RealProgram {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent(name).path
    _ = try go(["build", "-o", path, "cmd/" + name], in: folder)
    return try await RealProgram(path: path)
  }

  /// What the go command prints.
  static func go(_ words: [String], in folder: URL, settings: [String] = []) throws -> String {
    let goCommand = environment["FATHOM_GO"] ?? "go"
    let common = ["CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local", "GOPROXY=off"]
    let (text, status) = try run("/usr/bin/env", common + settings + [goCommand] + words, in: folder)
    try #require(status == 0, "\(text.suffix(2000))")
    return text
  }

  /// What the program prints, on either stream, with no help from earlier goroutines' stacks.
  func output(_ argument: String) throws -> String {
    let settings = ["GODEBUG=adaptivestackstart=0", "GOGC=off", "GOTRACEBACK=system"]
    return try Self.run("/usr/bin/env", settings + [path, argument], in: nil).text
  }

  /// The lines that the program prints where stacks begin with the least size and never shrink.
  func lines(_ arguments: [String]) throws -> [Substring] {
    let settings = ["GODEBUG=adaptivestackstart=0,gcshrinkstackoff=1", "GOGC=off"]
    let (text, status) = try Self.run("/usr/bin/env", settings + [path] + arguments, in: nil)
    try #require(status == 0, "\(text.suffix(500))")
    return text.split(separator: "\n")
  }

  /// What it prints of all its goroutines when it is told to quit while it waits for input.
  func tracebackOnQuit(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ["GOTRACEBACK": "system"]
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    // Before the runtime catches it, the signal would end it without a word.
    while process.isRunning {
      let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let caught = try #require(status.firstMatch(of: /SigCgt:\t([0-9a-f]+)/)?.1)
      if UInt64(caught, radix: 16) ?? 0 & 1 << (SIGQUIT - 1) != 0 { break }
      usleep(1000)
    }
    usleep(100_000)
    kill(process.processIdentifier, SIGQUIT)
    let data = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    return String(decoding: data, as: UTF8.self)
  }

  private static func run(_ tool: String, _ words: [String], in folder: URL?) throws -> (
    text: String, status: Int32
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = words
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}

/// A frame of a traceback: the function, and fp − sp.
struct TracedFrame: Hashable {
  var name: String
  var bytes: Int
  var pc: UInt64

  /// The frames of the goroutine that died, the innermost first.
  static func all(in traceback: String) -> [TracedFrame] { goroutines(in: traceback).first ?? [] }

  /// The frames of every goroutine, in the order of the traceback, the innermost first.
  static func goroutines(in traceback: String) -> [[TracedFrame]] {
    var goroutines: [[TracedFrame]] = []
    var name = ""
    for line in traceback.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("goroutine ") { goroutines.append([]) }
      if !line.hasPrefix("\t"), let end = line.lastIndex(of: "(") { name = String(line[..<end]) }
      guard !goroutines.isEmpty, let fp = hex("fp=0x", line), let sp = hex("sp=0x", line),
        let pc = hex("pc=0x", line)
      else { continue }
      goroutines[goroutines.count - 1].append(
        TracedFrame(name: name, bytes: fp - sp, pc: UInt64(pc)))
    }
    return goroutines
  }

  private static func hex(_ mark: String, _ line: Substring) -> Int? {
    line.range(of: mark).flatMap { Int(line[$0.upperBound...].prefix { $0.isHexDigit }, radix: 16) }
  }
}
