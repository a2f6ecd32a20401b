import GoBinary
import ProgramModel
import SystemPackage
import TestSupport
import Testing

struct BinaryFileTests {
  @Test(arguments: [
    ("linux/amd64", BinaryFormat.elf), ("linux/arm64", .elf), ("linux/386", .elf), ("linux/arm", .elf),
    ("linux/s390x", .elf), ("linux/ppc64le", .elf), ("linux/mips64le", .elf),
    ("freebsd/amd64", .elf), ("freebsd/arm64", .elf), ("darwin/arm64", .machO), ("darwin/amd64", .machO),
    ("windows/amd64", .pe),
    ("windows/arm64", .pe), ("windows/386", .pe),
  ])
  func readsWhatGoBuilds(target: String, format: BinaryFormat) throws {
    let path = try buildProgram(target, in: scratchFolder())
    let file = try BinaryFile(path: path)
    #expect(file.format == format)
    #expect("\(file.os ?? "?")/\(file.machine)" == target)
    #expect((file.arch == nil) == !Architecture.allCases.map(\.rawValue).contains(file.machine))
    #expect(file.isGo && file.hasSymbols && !file.isObject)
    let info = try #require(file.buildInfo)
    #expect(info.goVersion.hasPrefix("go1."))
    #expect(info.path == "example.com/app")
    #expect(info.mainModule?.path == "example.com/app")
    #expect(info.dependencies.first?.path == "example.com/dep")
    #expect(info.dependencies.first?.version == "v1.2.3")
    #expect(info.dependencies.first?.replacement?.path == "../dep")
    #expect(info.tags == ["one", "two"])
    #expect(info[setting: "GOARCH"] == file.machine)
  }

  @Test(arguments: ["linux/amd64", "darwin/arm64", "windows/amd64"])
  func strippedSaysSo(target: String) throws {
    let file = try BinaryFile(path: buildProgram(target, flags: "-ldflags='-s -w'", in: scratchFolder()))
    #expect(!file.hasSymbols)
    #expect(file.isGo)
    #expect(file.goVersion != nil)
  }

  @Test func archiveOfAPackage() throws {
    let folder = try scratchFolder()
    let path = try buildProgram("linux/arm64", in: folder)
    _ = path
    try shell(
      "cd dep; GOOS=linux GOARCH=arm64 GOTOOLCHAIN=local GOCACHE=\"${GOCACHE:-${TMPDIR:-/tmp}/fathom-test-gocache}\" "
        + "\(goCommand()) build -o ../dep.a .", in: folder)
    let file = try BinaryFile(path: folder.appending("dep.a"))
    #expect(file.format == .archive)
    #expect(file.arch == .arm64)
    #expect(file.os == "linux")
    #expect(file.isGo && file.isObject)
    #expect(file.goVersion?.hasPrefix("go1.") == true)
  }

  @Test func aProgramThatIsNotGo() throws {
    let file = try BinaryFile(path: "/bin/sh")
    #expect(!file.isGo)
    #expect(file.buildInfo == nil)
  }

  @Test func whatCannotBeRead() throws {
    let folder = try scratchFolder()
    #expect(throws: BinaryError.notAFile(folder)) { try BinaryFile(path: folder) }
    let missing = folder.appending("missing")
    #expect(throws: BinaryError.unreadable(missing, .noSuchFileOrDirectory)) { try BinaryFile(path: missing) }
    let text = folder.appending("text")
    try write(Array("MZ is how this text begins".utf8), to: text)
    #expect(throws: BinaryError.notABinary(text)) { try BinaryFile(path: text) }
    let empty = folder.appending("empty")
    try write([], to: empty)
    #expect(throws: BinaryError.notABinary(empty)) { try BinaryFile(path: empty) }
    let fifo = folder.appending("fifo")
    try shell("mkfifo fifo", in: folder)
    #expect(throws: BinaryError.notAFile(fifo)) { try BinaryFile(path: fifo) }
  }

  /// Headers cut short or with any of their bytes changed give an error or an answer, and end.
  @Test(arguments: ["linux/amd64", "linux/386", "linux/s390x", "darwin/arm64", "windows/amd64"])
  func hostileHeaders(target: String) throws {
    let folder = try scratchFolder()
    let whole = try contents(of: buildProgram(target, flags: "-ldflags='-s -w'", in: folder))
    let path = folder.appending("hostile")
    var random = Seeded(state: 42)
    for length in [0, 1, 4, 5, 16, 17, 51, 63, 64, 100, 500, 4096] {
      try write(Array(whole.prefix(length)), to: path)
      _ = try? BinaryFile(path: path)
    }
    // The tables that lie at the end are patched in place; the whole need not be written each time.
    try write(whole, to: path)
    let file = try FileDescriptor.open(path, .readWrite)
    defer { try? file.close() }
    for _ in 0..<300 {
      var patches: [(Int, UInt8)] = []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let nearHeader = Int.random(in: 4..<1024, using: &random)
        let nearEnd = whole.count - 1 - Int.random(in: 0..<2048, using: &random)
        patches.append(
          (
            Bool.random(using: &random) ? nearHeader : nearEnd,
            [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
          ))
      }
      for (offset, byte) in patches { try file.writeAll(toAbsoluteOffset: Int64(offset), [byte]) }
      do { _ = try BinaryFile(path: path) } catch { #expect(!"\(error)".isEmpty) }
      for (offset, _) in patches { try file.writeAll(toAbsoluteOffset: Int64(offset), [whole[offset]]) }
    }
  }
}
