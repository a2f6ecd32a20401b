import Foundation
import Testing

@testable import fathom

@Suite("From a listing to a report") struct SampleTests {
  private let folder: URL
  private let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/listings/features.amd64.go.txt").standardized

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func report(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func lines(_ name: String) throws -> [[String: Any]] {
    try String(decoding: Data(contentsOf: URL(fileURLWithPath: report(name))), as: UTF8.self).split(
      separator: "\n"
    )
    .map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
  }

  @Test func oneRunWritesSeveralReports() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let code = await Runner.run([
      sample.path, "--format", "ndjson=\(report("a.ndjson"))", "--format", "json=\(report("a.json"))",
      "--format",
      "csv=\(report("a.csv"))", "--format", "text=\(report("a.txt"))",
    ])
    #expect(code == 0)
    let records = try lines("a.ndjson")
    #expect(records.first?["schema"] as? String == "fathom.scan/1")
    #expect(records.last?["functions"] as? Int == records.count - 2)
    #expect(records.last?["status"] as? String == "complete")
    let rows = try String(contentsOfFile: report("a.csv"), encoding: .utf8).components(separatedBy: "\r\n")
    #expect(rows.count == records.count)
    #expect(try String(contentsOfFile: report("a.txt"), encoding: .utf8).contains("main.frameHuger"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
  }

  @Test func aCutListingIsPrintedAndIsAnError() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let cut = folder.appendingPathComponent("cut.txt")
    try Data(contentsOf: sample).prefix(20_000).write(to: cut)
    #expect(await Runner.run([cut.path, "--format", "ndjson=\(report("a.ndjson"))"]) == 2)
    let records = try lines("a.ndjson")
    #expect(records.last?["status"] as? String == "partial")
    #expect(records.count > 2)
  }

  @Test(arguments: [
    ["show", "frameHuger"], ["show", "main.frameHuger", "--format", "json"], ["show", "frames.go:53"],
    ["--quiet"],
  ]) func commandsThatEndWell(arguments: [String]) async {
    #expect(await Runner.run(arguments + [sample.path]) == 0)
  }

  @Test(arguments: [["show", "frameHugr"], ["show", "Store"], ["show", "nowhere.go:1"], ["show", "0x1"]])
  func aNameThatIsNotOneFunctionIsAnError(arguments: [String]) async {
    #expect(await Runner.run(arguments + [sample.path]) == 2)
  }

  @Test func aFileThatIsNotThereLeavesNoReport() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(await Runner.run([report("nothing"), "--format", "csv=\(report("a.csv"))"]) == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
