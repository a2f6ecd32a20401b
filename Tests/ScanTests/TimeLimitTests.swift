import Foundation
import ProgramModel
import SystemPackage
import Testing

@testable import Scan

@Suite("Packages that no time was left for") struct TimeLimitTests {
  @Test func theyAreNamed() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for package in ["a", "b"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(package), withIntermediateDirectories: true)
      try "package \(package)\n\nfunc F() {}\n".write(
        to: folder.appendingPathComponent("\(package)/f.go"), atomically: true, encoding: .utf8)
    }
    try "module example.com/late\n\ngo 1.21\n".write(
      to: folder.appendingPathComponent("go.mod"), atomically: true, encoding: .utf8)
    var options = ScanOptions()
    let whole = try await scan(packages: ["./..."], in: FilePath(folder.path), options: options)
    #expect(
      whole.left.packages.isEmpty && whole.files.count == 2 && whole.result.program.functions.count == 2)
    options.deadline = .now
    let late = try await scan(packages: ["./..."], in: FilePath(folder.path), options: options)
    #expect(late.left.packages == ["example.com/late/a", "example.com/late/b"])
    #expect(late.files.isEmpty && late.left.files == whole.files && late.result.program.functions.isEmpty)
  }
}
