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

  // MARK: Where a path leads

  private func link(_ name: String, to target: String) throws -> String {
    let path = folder.appendingPathComponent(name).path
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    return path
  }

  /// A link stays a link, and what it leads to is written: also what is not there yet, and over several links.
  @Test(arguments: [true, false]) func aLinkStays(isThere: Bool) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let target = folder.appendingPathComponent("real/out.json")
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    if isThere { try Data("old".utf8).write(to: target) }
    _ = try link("second", to: "real/out.json")
    let path = try link("first", to: folder.appendingPathComponent("second").path)
    let file = try ReportFile(path)
    try file.output.write(Array("new".utf8))
    #expect((try? Data(contentsOf: target)) == (isThere ? Data("old".utf8) : nil))
    try file.finish()
    #expect(try Data(contentsOf: target) == Data("new".utf8))
    #expect(try names() == ["first", "real", "second"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path).hasSuffix("/second"))
    let inside = try FileManager.default.contentsOfDirectory(
      atPath: target.deletingLastPathComponent().path)
    #expect(inside == ["out.json"])
  }

  @Test func aCircleOfLinksIsAnError() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try link("a", to: "b")
    let path = try link("b", to: "a")
    let error = #expect(throws: OutputError.self) { try FilePlace(path) }
    #expect(error?.description.contains("symbolic links") == true)
  }

  /// One file is one, however it is spelled, before it is there and after.
  @Test func spellingsOfOneFile() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("d"), withIntermediateDirectories: true)
    _ = try link("l", to: "out")
    _ = try link("e", to: "d")
    func identities() throws -> Set<FilePlace.Identity> {
      Set(
        try ["out", "./out", "d/../out", "e/../out", "l", "d/../l", "e//..//out"].map {
          try FilePlace(folder.path + "/" + $0).identity
        })
    }
    #expect(try identities().count == 1)
    try Data("x".utf8).write(to: folder.appendingPathComponent("out"))
    #expect(try identities().count == 1)
    try FileManager.default.linkItem(
      at: folder.appendingPathComponent("out"), to: folder.appendingPathComponent("hard"))
    #expect(try identities() == [FilePlace(folder.path + "/hard").identity])
    #expect(try FilePlace(folder.path + "/other").identity != FilePlace(folder.path + "/d/other").identity)
    // What Unicode holds for the same name is two files.
    #expect(
      try FilePlace(folder.path + "/\u{e9}").identity != FilePlace(folder.path + "/e\u{301}").identity)
  }

  @Test func aFolderIsNoFile() {
    let error = #expect(throws: OutputError.self) { try FilePlace(NSTemporaryDirectory() + "new/") }
    #expect(error?.description.contains("directory") == true)
  }

  @Test(arguments: [("a.go", true), ("go.mod", true), ("a.json", false), ("go", false), (".go", false)])
  func sourceOfABuild(name: String, isSource: Bool) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try FilePlace(folder.path + "/" + name).isSource == isSource)
  }
}
