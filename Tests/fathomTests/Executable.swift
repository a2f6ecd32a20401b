import Foundation
import TestSupport

/// The executable that was built with the tests, run as a user does.
struct Executable {
  var output = ""
  var errors = ""
  var status: Int32 = -1

  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - folder: where it runs.
  ///   - environment: over the tests' own.
  init(_ arguments: [String], in folder: URL, environment: [String: String] = [:]) async throws {
    let process = Process()
    process.executableURL = try Self.path()
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    let files = try ["out", "errors"].map { name in
      let file = FileManager.default.temporaryDirectory.appendingPathComponent(
        "fathom-\(name)-\(UUID().uuidString)")
      try Data().write(to: file)
      return file
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try await process.ended()
    output = String(decoding: try Data(contentsOf: files[0]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    status = process.terminationStatus
  }

  /// Each line of the output as a JSON object.
  var records: [[String: Any]] {
    output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  /// Beside the test bundle, wherever the build went.
  static func path() throws -> URL {
    for argument in CommandLine.arguments + Bundle.allBundles.map(\.bundlePath) {
      var folder = URL(fileURLWithPath: argument)
      for _ in 0..<4 {
        folder.deleteLastPathComponent()
        let candidate = folder.appendingPathComponent("fathom")
        let isFile = (try? candidate.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
        if isFile, FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
