import Disassembly
import Foundation
import ProgramModel
import Synchronization
import Testing

@testable import Scan

@Suite("The cache of models") struct ModelCacheTests {
  private final class Scratch {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: home) }

    var models: URL { home.appendingPathComponent("fathom/models") }

    var files: [URL] {
      get throws { try FileManager.default.contentsOfDirectory(at: models, includingPropertiesForKeys: nil) }
    }

    func cache(_ version: String = "1", limit: Int = 1 << 30) -> ModelCache? {
      var environment = ChildEnvironment.current
      environment["XDG_CACHE_HOME"] = home.path
      return ModelCache(version: version, limit: limit, environment: environment)
    }
  }

  private let result = ScanResult(program: ProgramArchiveTests.full, listings: [:], warnings: [])

  private func key(_ cache: ModelCache, _ hash: String = "h", _ settings: [String] = ["go"]) -> ModelCache.Key
  {
    cache.key(size: 7, contentHash: hash, settings: settings)
  }

  @Test func aModelComesBack() throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    #expect(cache.load(key(cache), input: "app") == nil)
    #expect(!cache.mayHold(size: 7))
    cache.store(result, key(cache))
    #expect(cache.mayHold(size: 7))
    #expect(!cache.mayHold(size: 0x70))
    let found = try #require(cache.load(key(cache), input: "other"))
    #expect(Facts(found.program).all == Facts(result.program).all)
    #expect(found.program.header.input == "other")
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.models.path)[.posixPermissions]
    #expect(mode as? Int == 0o700)
    let file = try #require(try scratch.files.first)
    #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
  }

  @Test func whateverDiffersIsAnotherModel() throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    cache.store(result, key(cache))
    let newer = try #require(scratch.cache("2"))
    #expect(newer.load(key(newer), input: "app") == nil)
    #expect(cache.load(key(cache, "i"), input: "app") == nil)
    #expect(cache.load(key(cache, "h", ["gnu"]), input: "app") == nil)
    #expect(cache.load(cache.key(size: 8, contentHash: "h", settings: ["go"]), input: "app") == nil)
    let file = try #require(try scratch.files.first)
    cache.store(result, key(cache, "i"))
    let other = try #require(try scratch.files.first { $0 != file })
    try Data(contentsOf: file).write(to: other)
    #expect(cache.load(key(cache, "i"), input: "app") == nil, "an entry under a name that is not its own")
  }

  @Test func warningsAreGivenAgain() throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    var result = result
    result.warnings = ["objdump: app: odd", "more"]
    cache.store(result, key(cache))
    #expect(cache.load(key(cache), input: "app")?.warnings == result.warnings)
    // They name the input as it was called then.
    #expect(cache.load(key(cache), input: "other") == nil)
    #expect(try scratch.files.count == 1)
  }

  @Test func aDamagedEntryIsMadeAgain() throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    cache.store(result, key(cache))
    let file = try #require(try scratch.files.first)
    let whole = try Data(contentsOf: file)
    for damaged in [Data(), whole.dropLast(), whole + [0], Data(whole.map { $0 ^ 4 })] {
      try damaged.write(to: file)
      #expect(cache.load(key(cache), input: "app") == nil)
      cache.store(result, key(cache))
      #expect(cache.load(key(cache), input: "app") != nil)
    }
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
    #expect(cache.load(key(cache), input: "app") == nil)
    cache.store(result, key(cache))
    try FileManager.default.removeItem(at: file)
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/dev/zero")
    #expect(cache.load(key(cache), input: "app") == nil)
    #expect(try scratch.files == [file], "a temporary file was left")
  }

  @Test func manyAtOnce() async throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    cache.store(result, key(cache))
    let expected = Facts(result.program).all
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<20 {
            cache.store(result, key(cache))
            #expect(cache.load(key(cache), input: "app").map { Facts($0.program).all } == expected)
          }
        }
      }
    }
    #expect(try scratch.files.count == 1)
  }

  @Test func whatWasNotUsedForLongestGoes() throws {
    let scratch = try Scratch()
    let roomy = try #require(scratch.cache())
    for name in ["a", "b"] { roomy.store(result, key(roomy, name)) }
    let files = try scratch.files
    let size = try Data(contentsOf: files[0]).count
    for file in files {
      try FileManager.default.setAttributes([.modificationDate: Date.distantPast], ofItemAtPath: file.path)
    }
    // Used: it is the newer one now.
    #expect(roomy.load(key(roomy, "a"), input: "app") != nil)
    let narrow = try #require(scratch.cache(limit: size * 2 + size / 2))
    narrow.store(result, key(narrow, "c"))
    let left = ["a", "b", "c"].filter { narrow.load(key(narrow, $0), input: "app") != nil }
    #expect(left == ["a", "c"])
    let tiny = try #require(scratch.cache(limit: size - 1))
    tiny.store(result, key(tiny, "d"))
    #expect(try scratch.files.count == 2, "what has no room takes no other's")
  }

  @Test func nowhereToWrite() throws {
    let scratch = try Scratch()
    let cache = try #require(scratch.cache())
    try FileManager.default.removeItem(at: scratch.models)
    cache.store(result, key(cache))
    #expect(cache.load(key(cache), input: "app") == nil)
    #expect(!cache.mayHold(size: 7))
    try Data().write(to: scratch.models)
    #expect(scratch.cache() == nil)
    var environment = ChildEnvironment.current
    for home in [nil, "", "relative", "/dev/null"] {
      environment["XDG_CACHE_HOME"] = nil
      environment["HOME"] = home
      #expect(ModelCache(version: "1", environment: environment) == nil)
    }
  }

  @Test func aFolderThatIsNotTheUsersAlone() throws {
    for open in [0o755, 0o770, 0o701] {
      let scratch = try Scratch()
      _ = scratch.cache()
      try FileManager.default.setAttributes([.posixPermissions: open], ofItemAtPath: scratch.models.path)
      #expect(scratch.cache() == nil)
    }
    let scratch = try Scratch()
    _ = scratch.cache()
    let moved = scratch.home.appendingPathComponent("moved")
    try FileManager.default.moveItem(at: scratch.models, to: moved)
    try FileManager.default.createSymbolicLink(at: scratch.models, withDestinationURL: moved)
    #expect(scratch.cache() == nil)
    // Only root can give a folder away.
    if geteuid() == 0 {
      let scratch = try Scratch()
      _ = scratch.cache()
      try FileManager.default.setAttributes([.ownerAccountID: 12345], ofItemAtPath: scratch.models.path)
      #expect(scratch.cache() == nil)
    }
  }

  /// A real program: the second scan starts no disassembler, and says the same under its own name.
  @Test func theSecondScan() async throws {
    let link = try linkProgram(.amd64)
    let scratch = try Scratch()
    let copy = scratch.home.appendingPathComponent("copy")
    try FileManager.default.copyItem(atPath: link, toPath: copy.path)
    let steps = Mutex<[String]>([])
    var options = ScanOptions()
    options.jobs = 2
    let cache = try #require(scratch.cache())
    options.cache = { cache }
    options.progress = { step in steps.withLock { $0.append(step.text) } }
    let first = try await program(link, options)
    #expect(steps.withLock { $0.contains { $0.hasPrefix("disassembling") } })
    steps.withLock { $0 = [] }
    options.modulePrefix = "runtime"
    let second = try await program(copy.path, options)
    #expect(steps.withLock { $0 } == [])
    #expect(Facts(second).all == Facts(first).all)
    #expect(second.header.input == copy.path)
    #expect(second.header.ownPrefixes == ["runtime"])
    // `show` wants instructions.
    options.capture = { _, _ in false }
    _ = try await program(copy.path, options)
    #expect(steps.withLock { $0.contains { $0.hasPrefix("disassembling") } })
  }
}
