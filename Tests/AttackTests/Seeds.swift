import Foundation
import Reporting
import Scan

/// Sound inputs of each kind, of the real tools: the samples, and what is made of them.
struct Seeds {
  private(set) var all: [InputKind: [[UInt8]]] = [:]

  private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples").standardized

  /// - Parameters:
  ///   - kind: what is attacked; of what takes long to make the others get one input, or none.
  ///   - folder: for a program that Go builds.
  init(for kind: InputKind, in folder: URL) async throws {
    let listings = try Self.files("listings").filter { $0.pathExtension == "txt" }
    all[.listing] = try listings.map(Self.bytes)
    all[.crash] = try Self.files("crashes/logs").map(Self.bytes)
    all[.dump] = try Self.files("crashes/dumps").map(Self.bytes)
    all[.words] = try Self.files("stacks").filter { $0.pathExtension == "txt" }.map(Self.bytes)
    all[.configuration] = try Self.files("rules").map { $0.appendingPathComponent(".fathom.yml") }
      .filter { FileManager.default.fileExists(atPath: $0.path) }.map(Self.bytes)
    all[.baseline] = [Array(Self.baseline.utf8)]
    var records: [[UInt8]] = []
    for file in listings where file.lastPathComponent.contains("-one") {
      if kind != .records, !records.isEmpty { break }
      // Of s390x llvm-objdump's text is refused: it names nothing that is called.
      guard let program = try? await scan(Array(file.path.utf8CString), options: ScanOptions()).program else {
        continue
      }
      let output = Output()
      try NDJSONReporter(Report(program: program, version: "1", jobs: 1)).write(to: output)
      records.append(output.contents)
    }
    all[.records] = records
    if kind == .binary { all[.binary] = [try Self.bytes(Self.program(in: folder))] }
  }

  private static let baseline = """
    # fathom baseline 1: what is accepted. `fathom baseline` writes it anew; review it as code.
    os\tlinux
    arch\tamd64
    go\tgo1.27.3
    tags\tnetgo osusergo
    large-frame\texample.com/app\t(*Server).dispatch\t8544
    looping-defer\texample.com/app\tdrain\t1 1
    frame-growth\texample.com/app\tmain\t136

    """

  private static func files(_ folder: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: samples.appendingPathComponent(folder), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  private static func bytes(_ file: URL) throws -> [UInt8] { try Array(Data(contentsOf: file)) }

  /// The sample program.
  private static func program(in folder: URL) throws -> URL {
    let path = folder.appendingPathComponent("features")
    struct NoProgram: Error {}
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false",
      ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "build", "-ldflags=-s -w", "-o", path.path,
      ".",
    ]
    process.currentDirectoryURL = samples.appendingPathComponent("features")
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NoProgram() }
    return path
  }
}
