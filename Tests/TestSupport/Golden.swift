import Foundation
import Testing

/// Text that is held against a file of `Goldens/`; `FATHOM_BLESS=1` writes the file instead.
public enum Golden {
  /// Records an issue where a text differs from its golden file.
  ///
  /// - Parameters:
  ///   - name: the file's name in `Goldens/`, which stands beside the test.
  ///   - file: the test's own file.
  public static func check(_ text: String, _ name: String, from file: StaticString = #filePath) throws {
    let folder = URL(fileURLWithPath: "\(file)").deletingLastPathComponent().appendingPathComponent("Goldens")
    let golden = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["FATHOM_BLESS"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: golden)
      return
    }
    let expected = try String(decoding: Data(contentsOf: golden), as: UTF8.self)
    #expect(text == expected, "\(name): bless with FATHOM_BLESS=1 if the change is meant")
  }
}
