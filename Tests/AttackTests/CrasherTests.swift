import Foundation
import Testing

/// What a fuzzer found and was mended: `Tests/Fuzz/Crashers/ENTRY/` holds an input a file, and a name says what it does.
@Suite("Inputs that ended the process once") struct CrasherTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fuzz/Crashers").standardized

  @Test(.timeLimit(.minutes(1)), arguments: Entry.allCases) func areAnswered(entry: Entry) throws {
    let folder = Self.folder.appendingPathComponent(entry.rawValue)
    let files =
      (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    for file in files.sorted(by: { $0.path < $1.path }) {
      let start = ContinuousClock.now
      entry.run(try Array(Data(contentsOf: file)))
      #expect(.now - start < .seconds(5), "\(file.lastPathComponent)")
    }
  }
}
