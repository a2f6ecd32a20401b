import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

@Suite("The model of a large archive in parts") struct ObjectPartTests {
  /// The compiled archive of a package of Go's own.
  private func archive(_ package: String, _ arch: Architecture) throws -> String {
    let process = Process()
    let output = Foundation.Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=0", "GOFLAGS=",
      ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "list", "-export", "-f", "{{.Export}}",
      package,
    ]
    process.standardOutput = output
    try process.run()
    let path = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(path.prefix { $0 != "\n" })
  }

  @Test(arguments: liveMachines, ["runtime", "go/types"])
  func theSameModel(arch: Architecture, package: String) async throws {
    let path = try archive(package, arch)
    var options = ScanOptions()
    options.partedFrom = .max
    let whole = try await program(path, options)
    options.partedFrom = 1
    for jobs in [1, 3] {
      options.jobs = jobs
      let parted = try await program(path, options)
      #expect(parted.functions.count == whole.functions.count)
      for (a, b) in zip(Facts(parted).all, Facts(whole).all) where a != b {
        Issue.record("\(a)\n\(b)")
        break
      }
      #expect("\(parted.diagnostics)" == "\(whole.diagnostics)")
    }
  }

  /// The parts before the one that is asked for have no text.
  @Test func noneOfTheFirstPart() async throws {
    var options = ScanOptions()
    options.partedFrom = 1
    options.ownOnly = true
    options.modulePrefix = "slices"
    let parted = try await program(archive("go/types", .amd64), options)
    options.partedFrom = .max
    let whole = try await program(archive("go/types", .amd64), options)
    #expect(!whole.functions.isEmpty && Facts(parted).all == Facts(whole).all)
  }
}
