import Foundation
import TestSupport
import Testing

/// Words of real stacks (samples/stacks, by gdb from cores), held against gdb's backtraces of them.
@Suite("Words of a stack") struct RawStackTests {
  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples").standardized
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-stack-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  private struct ReturnAddress: Equatable {
    var address: UInt64
    var value: UInt64
  }

  /// The program as samples/stacks/make builds it: with this Go its code stands where it stood.
  private func build(_ package: String, flags: [String] = [], in source: String, _ name: String) async throws
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go")
    process.arguments =
      ["build", "-trimpath"] + flags + ["-o", folder.appendingPathComponent(name).path, package]
    process.currentDirectoryURL = Self.samples.appendingPathComponent(source)
    process.environment = ProcessInfo.processInfo.environment.merging([
      "GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false",
      "GOTOOLCHAIN": "local",
      "GOPROXY": "off", "GOEXPERIMENT": "nodwarf5",
    ]) { _, new in new }
    try await process.ended()
    try #require(process.terminationStatus == 0)
  }

  private func found(_ arguments: String...) async throws -> (all: [ReturnAddress], chain: [UInt64]) {
    let run = try await Executable(["crash", "--format", "ndjson"] + arguments, in: folder)
    try #require(run.status == 0, "\(run.errors)")
    func number(_ value: Any?) -> UInt64 {
      (value as? String).flatMap { UInt64($0.dropFirst(2), radix: 16) } ?? 0
    }
    let records = run.records.filter { $0["record"] as? String == "returnAddress" }
    let chained = records.filter { $0["chain"] is Int }.sorted {
      $0["chain"] as? Int ?? 0 < $1["chain"] as? Int ?? 0
    }
    return (
      records.map { ReturnAddress(address: number($0["address"]), value: number($0["value"])) },
      chained.map { number($0["value"]) }
    )
  }

  private func words(_ name: String) -> String {
    Self.samples.appendingPathComponent("stacks/\(name).txt").path
  }

  /// The return addresses of gdb's backtrace, innermost first.
  private func truth(_ name: String) throws -> [UInt64] {
    try String(contentsOfFile: words("\(name).chain"), encoding: .utf8).split(separator: "\n").map { line in
      try #require(UInt64(line.split(separator: " ")[0].dropFirst(2), radix: 16))
    }
  }

  /// gdb's backtrace ends at `main.main`; below it are `runtime.main` and `runtime.goexit`. Words beyond the 200 that
  /// were printed hold the rest of the others.
  @Test(arguments: [
    ("features", ".", "features", 5), ("crashes", ".", "crashes", 17), ("gofmt", "cmd/gofmt", "features", 2),
  ])
  func theTrueChainIsAmongThem(name: String, package: String, source: String, least: Int) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try await build(package, in: source, name)
    let (all, chain) = try await found(words("\(name).words"), name)
    let truth = try truth(name)
    let known = chain.prefix(truth.count)
    #expect(known.count >= least && Array(known) == Array(truth.prefix(known.count)))
    // In order, each behind the one before.
    var rest = all[...]
    for value in known {
      let place = try #require(rest.firstIndex { $0.value == value })
      rest = rest[(place + 1)...]
    }
    #expect(all == all.sorted { $0.address < $1.address })
  }

  /// delve's and hexdump's words are of one core, a PIE's of its own: by the loader's mappings, and by the number.
  @Test func howeverTheyArePrinted() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try await build(".", in: "features", "features")
    let truth = try truth("features")
    for form in ["features.delve", "features.hexdump"] {
      let (_, chain) = try await found(words(form), "features")
      #expect(chain.count >= 4 && Array(chain.prefix(4)) == Array(truth.prefix(4)), "\(form)")
    }
    try await build(".", flags: ["-buildmode=pie"], in: "features", "features-pie")
    let pie = words("features-pie.words")
    let (_, mapped) = try await found(pie, "features-pie", "--maps", words("features-pie.maps"))
    let (_, moved) = try await found(pie, "features-pie", "--slide", "0x555555154000")
    #expect(mapped.count == 7 && mapped == moved)
    // No report takes the place of what is read, and what is left out is said.
    let maps = folder.appendingPathComponent("maps")
    try FileManager.default.copyItem(atPath: words("features-pie.maps"), toPath: maps.path)
    let over = try await Executable(
      ["crash", pie, "features-pie", "--maps", "maps", "--format", "ndjson=maps"], in: folder)
    #expect(over.status == 2 && over.errors.contains("would take the place of what is read"))
    let long = String(
      repeating: try String(contentsOfFile: words("features.words"), encoding: .utf8), count: 300)
    try Data(long.utf8).write(to: folder.appendingPathComponent("long"))
    let cut = try await Executable(["crash", "long", "features", "--quiet"], in: folder)
    #expect(cut.status == 0 && cut.errors.contains("the first 1 MiB are read"))
    // Where it was not moved nothing is found, and said.
    let run = try await Executable(["crash", pie, "features-pie"], in: folder)
    #expect(run.status == 2 && run.errors.contains("--slide or --maps says how far"))
  }
}
