import GoBinary
import ProgramModel
import SystemPackage
import Testing

@Suite("Universal files") struct UniversalBinaryTests {
  /// What lipo makes of files: a header (`mach-o/fat.h`), then the files, each on a page of its own.
  static func joined(_ files: [[UInt8]], is64: Bool = false) -> [UInt8] {
    func big(_ value: UInt64, _ width: Int) -> [UInt8] {
      (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
    var bytes = big(is64 ? 0xcafe_babf : 0xcafe_babe, 4) + big(UInt64(files.count), 4)
    var start = 1 << 14
    for file in files {
      // cputype and cpusubtype, which are little-endian in the file itself.
      bytes += file[4..<8].reversed() + file[8..<12].reversed()
      bytes += big(UInt64(start), is64 ? 8 : 4) + big(UInt64(file.count), is64 ? 8 : 4) + big(14, 4)
      if is64 { bytes += big(0, 4) }
      start = (start + file.count + 0x3fff) & ~0x3fff
    }
    for file in files {
      bytes += [UInt8](repeating: 0, count: (0x4000 - bytes.count % 0x4000) % 0x4000) + file
    }
    return bytes
  }

  private let folder: FilePath
  private let thin: [Architecture: FilePath]
  private let universal: FilePath

  init() throws {
    folder = try scratchFolder()
    var thin: [Architecture: FilePath] = [:]
    for arch in [Architecture.amd64, .arm64] {
      let home = folder.appending(arch.rawValue)
      try shell("mkdir \(home)", in: folder)
      thin[arch] = try buildProgram("darwin/\(arch)", in: home)
    }
    self.thin = thin
    universal = folder.appending("universal")
  }

  private func bytes(of arch: Architecture) throws -> [UInt8] { try contents(of: #require(thin[arch])) }

  @Test(arguments: [false, true]) func holdsWhatTheThinOnesAre(is64: Bool) throws {
    try write(Self.joined([bytes(of: .amd64), bytes(of: .arm64)], is64: is64), to: universal)
    for arch in [Architecture.amd64, .arm64] {
      let alone = try BinaryFile(path: #require(thin[arch]))
      let part = try BinaryFile(path: universal, preferring: arch)
      #expect(part.slices.map(\.machine) == ["amd64", "arm64"])
      #expect(part.slice?.machine == arch.rawValue && alone.slice == nil && alone.slices.isEmpty)
      #expect(part.arch == arch && part.format == .machO && part.size == alone.size)
      #expect(part.sections == alone.sections && part.buildInfo == alone.buildInfo)
      #expect(try part.contentHash() == alone.contentHash())
      let table = try #require(try LineTable(alone))
      let other = try #require(try LineTable(part))
      #expect(table.functions.map(\.entry) == other.functions.map(\.entry))
      #expect(table.functions.map(\.frameBytes) == other.functions.map(\.frameBytes))
    }
  }

  /// This machine's own first; without one the first that there is a model of.
  @Test func whichOneIsRead() throws {
    var foreign = try bytes(of: .amd64)
    foreign[4] = 18  // PowerPC
    try write(Self.joined([foreign, bytes(of: .arm64), bytes(of: .amd64)]), to: universal)
    #expect(try BinaryFile(path: universal).arch == (.host ?? .arm64))
    #expect(try BinaryFile(path: universal, preferring: .i386).arch == .arm64)
    try write(Self.joined([foreign]), to: universal)
    let file = try BinaryFile(path: universal)
    #expect(file.arch == nil && file.slices.count == 1)
  }

  /// Headers that contradict the file or themselves, each with what the error says.
  @Test func hostileHeaders() throws {
    let whole = try Self.joined([bytes(of: .amd64), bytes(of: .arm64)])
    func change(_ offset: Int, _ patch: [UInt8]) -> [UInt8] {
      var changed = whole
      changed.replaceSubrange(offset..<offset + patch.count, with: patch)
      return changed
    }
    let cases: [(bytes: [UInt8], says: String)] = [
      (change(4, [0, 0, 0, 0]), "holds no binary"),
      (Array(change(4, [0, 0, 0, 44]).prefix(100)), "the table of architectures lies past the end"),
      (Array(whole.prefix(20_000)), "its part for amd64 is not within"),
      (Array(whole.dropLast()), "its part for arm64 is not within"),
      (change(16, [0, 0, 0, 0]), "its part for amd64 is not within"),
      (change(20, [0xff, 0xff, 0xff, 0xff]), "its part for amd64 is not within"),
      // The second begins a page after the first.
      (change(36, [0, 0, 0x80, 0]), "overlap"),
      (change(1 << 14, Array("text".utf8)), "its part for amd64 is no binary"),
      (change(1 << 14, [0xca, 0xfe, 0xba, 0xbf]), "a universal file within one"),
      (change(20, [0, 0, 0, 0]), "its part for amd64 is no binary"),
      (change(20, [0, 0, 0, 40]), "past the end"),
    ]
    for (bytes, says) in cases {
      try write(bytes, to: universal)
      let error = #expect(throws: BinaryError.self) {
        try BinaryFile(path: universal, preferring: .amd64)
      }
      #expect("\(try #require(error))".contains(says))
    }
  }

  @Test func countsThatCannotBe() throws {
    // 4,294,967,295 of them, in the form with 64-bit numbers.
    try write(
      [0xca, 0xfe, 0xba, 0xbf, 0xff, 0xff, 0xff, 0xff] + [UInt8](repeating: 0xff, count: 4096), to: universal)
    #expect(throws: BinaryError.self) { try BinaryFile(path: universal) }
  }
}
