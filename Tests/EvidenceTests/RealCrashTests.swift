import Foundation
import ProgramModel
import Scan
import Testing

@testable import Evidence

/// samples/crashes, built and ended in each of its ways: what the runtime says is held against the model.
@Suite("Real crashes", .serialized) struct RealCrashTests {
  private static let ways = [
    "assertion", "badpointer", "closed", "deadlock", "direct", "goroutine", "index", "inlined", "interface",
    "labels",
    "lockhang",
    "maprace", "memory", "mutual", "nested", "nilmap", "nilpointer", "recovered", "string", "three",
  ]
  private static let environment = ProcessInfo.processInfo.environment

  @Test(arguments: [[], ["-buildmode=pie"], ["-ldflags=-s -w"]], [false, true])
  func framesTakeWhatTheModelSays(flags: [String], callsC: Bool) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-crashes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let binary = folder.appendingPathComponent("crashes").path
    let source = Logs.folder.appendingPathComponent("..").standardized
    let settings = [
      "CGO_ENABLED=\(callsC ? 1 : 0)", "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local",
      "GOPROXY=off",
    ]
    let go = Self.environment["FATHOM_GO"] ?? "go"
    let (words, status) = try Self.run(settings + [go, "build"] + flags + ["-o", binary, "."], in: source)
    try #require(status == 0, "\(words)")
    let program = try await scan(Array(binary.utf8CString), options: ScanOptions()).program
    let names = TracedNames(program)
    var compared = 0
    for way in callsC ? ["callback", "three"] : Self.ways {
      let (log, _) = try Self.run(["GOTRACEBACK=system", binary, way], in: folder)
      let traces = try Logs.read(Array(log.utf8))
      let crash = Postmortem(
        try #require(traces.crashes.first, "\(way): \(log.suffix(500))"), of: traces, in: program,
        index: names)
      #expect(traces.crashes.count == 1, "\(way)")
      guard case .same(let slide?) = crash.match else {
        Issue.record("\(way): \(crash.match)")
        continue
      }
      #expect((slide != 0) == flags.contains("-buildmode=pie"), "\(way): \(slide)")
      #expect(crash.endsRightly(traces), "\(way)")
      for (i, frame) in crash.frames.enumerated() {
        let name = traces.names.string(frame.trace.function)
        #expect(frame.trace.isInlined || frame.function != nil, "\(way): \(name) is not in the model")
        // The function that asked for room has no frame yet.
        guard let measured = frame.trace.measured, let cost = frame.callCost,
          !crash.hasNoRoom || frame.place != 0
        else { continue }
        compared += 1
        #expect(measured == cost, "\(way), frame \(i + 1), \(name)")
      }
      if way == "callback" {
        // C's own frames are not printed; Go's on both sides of them are, in one chain.
        let names = crash.frames.map { traces.names.string($0.trace.function) }
        let classes = Dictionary(zip(names, crash.frames.map(\.kind))) { first, _ in first }
        for (name, kind) in [
          ("main.grab", FrameClass.own), ("main.fromC", .own), ("runtime.cgocallbackg1", .cgo),
          ("runtime.cgocall", .cgo), ("main._Cfunc_through", .cgo), ("main.main", .own),
        ] { #expect(classes[name] == kind, "\(name)") }
        #expect(names.contains { $0.hasPrefix("_cgoexp_") && classes[$0] == .cgo })
      }
      if let lap = crash.lap { #expect(lap.measured == crash.lapCost && lap.measured != nil, "\(way)") }
      #expect((crash.lap != nil) == (crash.crash.kind == .overflow), "\(way)")
    }
    #expect(compared > (callsC ? 100 : 400), "only \(compared) frames were compared")
  }

  /// What another program's crash is held against is said not to be it.
  @Test func anotherBinary() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fathom-crashes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let binary = folder.appendingPathComponent("depths").path
    let settings = ["CGO_ENABLED=0", "GOFLAGS=-buildvcs=false", "GOTOOLCHAIN=local", "GOPROXY=off"]
    let go = Self.environment["FATHOM_GO"] ?? "go"
    let source = Logs.folder.appendingPathComponent("../../depths").standardized
    let (words, status) = try Self.run(settings + [go, "build", "-o", binary, "."], in: source)
    try #require(status == 0, "\(words)")
    let program = try await scan(Array(binary.utf8CString), options: ScanOptions()).program
    for log in ["three-1.27", "nilpointer-1.24"] {
      let traces = try Logs.read(try Logs.bytes(log))
      let crash = Postmortem(traces.crashes[0], of: traces, in: program, index: TracedNames(program))
      guard case .other = crash.match else {
        Issue.record("\(log): \(crash.match)")
        continue
      }
    }
  }

  private static func run(_ words: [String], in folder: URL) throws -> (text: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
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
