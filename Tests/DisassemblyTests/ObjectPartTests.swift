import GoBinary
import ProgramModel
import SystemPackage
import TestSupport
import Testing

@testable import Disassembly

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A large archive in parts") struct ObjectPartTests {
  private let toolbox = Toolbox(environment: testEnvironment())

  /// The compiled archive of a package of Go's own.
  private func archive(_ package: String, _ arch: Architecture) async throws -> BinaryFile {
    var environment = testEnvironment()
    environment["GOOS"] = "linux"
    environment["GOARCH"] = "\(arch)"
    environment["CGO_ENABLED"] = "0"
    let list = Command(
      executable: try #require(toolbox.go),
      arguments: ["list", "-export", "-f", "{{.Export}}", Command.Argument(package)], environment: environment
    )
    let (output, ending) = try await ChildProcess.run(list)
    try #require(ending.isSuccess, "\(ending.errors)")
    return try BinaryFile(
      path: FilePath(String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)))
  }

  /// The lines of code; a blank one stands between functions, but not between parts.
  private func lines(_ listing: RunningListing) async throws -> [Substring] {
    let lines = try readAll(listing.output).split(separator: "\n")
    #expect(try await listing.finish() == nil)
    return lines
  }

  /// Instances of generic functions are far from the package's own; the runtime has wrappers of assembly.
  @Test(arguments: liveMachines, ["runtime", "go/types", "encoding/json"])
  func theSameText(arch: Architecture, package: String) async throws {
    let archive = try await archive(package, arch)
    let tool = await toolbox.prepared(try await toolbox.choose(for: archive))
    let whole = try await lines(RunningListing(tool, on: archive))
    let object = try #require(GoObject(archive, limit: 1))
    #expect(object.parts.count > 1)
    var parted: [Substring] = []
    for part in object.parts {
      parted += try await lines(RunningListing(tool, on: archive, functions: part, of: object))
    }
    #expect(parted.count { $0.hasPrefix("TEXT ") } == object.count)
    // Not as one comparison, whose failure would print megabytes.
    #expect(whole.count == parted.count)
    // Functions without code are at the address of others, in no order of their own.
    for (a, b) in zip(whole.sorted(), parted.sorted()) where a != b {
      Issue.record("\(a)\n\(b)")
      break
    }
  }

  @Test func someFunctionsOfAPart() async throws {
    let archive = try await archive("go/types", .amd64)
    let tool = await toolbox.prepared(try await toolbox.choose(for: archive))
    let object = try #require(GoObject(archive, limit: 1))
    let names = try await lines(
      RunningListing(tool, on: archive, functions: 0..<object.count, of: object, symbols: "^go/types[.]New")
    ).filter { $0.hasPrefix("TEXT ") }
    #expect(names.contains { $0.hasPrefix("TEXT go/types.NewChecker(SB)") })
    #expect(names.allSatisfy { $0.hasPrefix("TEXT go/types.New") })
  }

  @Test func onlyALargeOne() async throws {
    let large = try await archive("go/types", .amd64)
    let small = try await archive("errors", .amd64)
    #expect(GoObject(large) != nil)
    #expect(GoObject(small) == nil && GoObject(small, limit: 1) != nil)
    #expect(GoObject(try await goProgram("linux/amd64", in: scratchFolder()), limit: 1) == nil)
  }

  /// A part's file exists until the tool has read it.
  @Test func noFileStays() async throws {
    let archive = try await archive("go/types", .amd64)
    let tool = await toolbox.prepared(try await toolbox.choose(for: archive))
    let object = try #require(GoObject(archive))
    let listing = RunningListing(tool, on: archive, functions: object.parts[0], of: object)
    let cache = try CacheFolder.make(["parts"], .current)
    func own() throws -> Int {
      guard let stream = unsafe cache.withPlatformString({ unsafe opendir($0) }) else {
        throw Errno(rawValue: errno)
      }
      defer { unsafe closedir(stream) }
      var count = 0
      while let entry = unsafe readdir(stream) {
        let isOwn = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            .hasPrefix("fathom-\(getpid())-")
        }
        if isOwn { count += 1 }
      }
      return count
    }
    let before = try own()
    #expect(try !readAll(listing.output).isEmpty)
    #expect(try await listing.finish() == nil)
    #expect(try own() <= before)
  }

  /// Nothing that an archive says makes its reader trap, or write without end.
  @Test func damaged() async throws {
    let archive = try await archive("errors", .amd64)
    let folder = try scratchFolder()
    defer { Interruption.remove(folder) }
    let path = folder.appending("damaged.a")
    var bytes: [UInt8] = []
    try archive.read(0..<archive.size) { bytes += $0 }
    let magic = Array("\0go120ld".utf8)
    let header = try #require(
      bytes.indices.dropLast(8).last { bytes[$0] == 0 && bytes[$0..<$0 + 8].elementsEqual(magic) })
    var random = SystemRandomNumberGenerator()
    var made = 0
    for turn in 0..<400 {
      var damaged = bytes
      // In the header's offsets, or behind them.
      let range = turn % 2 == 0 ? header + 20..<header + 96 : header + 96..<damaged.count
      for _ in 0...turn % 3 {
        damaged[Int.random(in: range, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll(damaged) }
      guard let object = GoObject(try BinaryFile(path: path), limit: 1), object.count > 0 else { continue }
      var written = 0
      do { try object.part(0..<object.count) { bytes, _ in written += bytes.count } } catch is BinaryError {
        continue
      }
      #expect(written < 4 * damaged.count)
      made += 1
    }
    #expect(made > 20)
  }
}
