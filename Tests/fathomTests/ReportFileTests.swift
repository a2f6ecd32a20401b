import Foundation
import Reporting
import Testing

@testable import fathom

@Suite("Report files") struct ReportFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func aReportIsThereWhenItIsWhole() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let target = folder.appendingPathComponent("out.json")
    try Data("old".utf8).write(to: target)
    let file = try ReportFile(target.path)
    try file.output.write(Array("new".utf8))
    #expect(try Data(contentsOf: target) == Data("old".utf8))
    try file.finish()
    #expect(try Data(contentsOf: target) == Data("new".utf8))
    #expect(try names() == ["out.json"])
  }

  @Test func halfAReportLeavesNothing() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      let file = try ReportFile(folder.appendingPathComponent("out.json").path)
      try file.output.write([1])
      #expect(try names().count == 1)
    }
    #expect(try names().isEmpty)
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let error = #expect(throws: OutputError.self) { try ReportFile("/nowhere/out.json") }
    #expect(error?.description == "cannot write /nowhere/out.json: No such file or directory")
  }

  @Test func aDeviceIsWrittenAsItIs() throws {
    let file = try ReportFile("/dev/null")
    try file.output.write([1])
    try file.finish()
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }
}
