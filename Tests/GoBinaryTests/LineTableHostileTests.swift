import GoBinary
import SystemPackage
import TestSupport
import Testing

/// Whatever a table says, reading it ends, with an error or with what can be read.
struct LineTableHostileTests {
  /// A stripped program in which the table's header counts so few functions that a round is quick.
  private struct Victim {
    let path: FilePath
    let whole: [UInt8]
    /// In the file.
    let table: Int
    /// The words of the header, from the count of functions on.
    let words: [Int]

    init(functions: Int, flags: String = "-ldflags='-s -w'") throws {
      let folder = try scratchFolder()
      path = try LineTableProgram.build(flags: flags, in: folder)
      let section = try #require(try BinaryFile(path: path).section(".gopclntab"))
      table = Int(section.offset)
      var bytes = try contents(of: path)
      words = (0..<8).map { word in
        (0..<8).reduce(0) { $0 | Int(bytes[Int(section.offset) + 8 + word * 8 + $1]) << (8 * $1) }
      }
      let count = min(functions, words[0])
      for i in 0..<8 { bytes[table + 8 + i] = UInt8(truncatingIfNeeded: count >> (8 * i)) }
      whole = bytes
      try write(bytes, to: path)
    }

    /// Reads the program with some bytes changed, and changes them back.
    @discardableResult
    func read(changing patches: [(offset: Int, bytes: [UInt8])]) throws -> Bool {
      let file = try FileDescriptor.open(path, .readWrite)
      defer { try? file.close() }
      for patch in patches { try file.writeAll(toAbsoluteOffset: Int64(patch.offset), patch.bytes) }
      let hasTable = readAll(path)
      for patch in patches {
        let old = whole[patch.offset..<patch.offset + patch.bytes.count]
        try file.writeAll(toAbsoluteOffset: Int64(patch.offset), old)
      }
      return hasTable
    }
  }

  @Test func flippedBytes() throws {
    let victim = try Victim(functions: 30)
    #expect(try LineTable(BinaryFile(path: victim.path))?.functions.count == 30)
    var random = Seeded(state: 7)
    // Names, units, files, values; the pairs of the functions that are counted; what they describe.
    let rows = victim.words[7] + victim.words[0] * 8
    let parts = [0..<72] + victim.words[3...7].map { $0..<$0 + 2048 } + [rows..<rows + 3000]
    // Where moduledata is, before Go 1.26 too.
    let binary = try BinaryFile(path: victim.path)
    let module = try #require(binary.section(".go.module") ?? binary.section(".noptrdata"))
    for _ in 0..<2000 {
      let patches = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        let part = parts.randomElement(using: &random) ?? 0..<72
        let inModule = Int.random(in: 0..<10, using: &random) == 0
        let offset =
          inModule
          ? Int(module.offset) + Int.random(in: 0..<Int(module.size), using: &random)
          : victim.table + Int.random(in: part, using: &random)
        let values: [UInt8] = [0, 1, 2, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
        let byte = values.randomElement(using: &random) ?? 0
        return (offset, [UInt8](repeating: byte, count: Int.random(in: 1...4, using: &random)))
      }
      try victim.read(changing: patches)
    }
  }

  /// A whole program of another system with a few bytes of its headers, its moduledata or its table's header changed.
  @Test(arguments: ["darwin/arm64", "darwin/amd64", "windows/amd64", "windows/386"])
  func flippedBytesOfOtherFormats(target: String) throws {
    let folder = try scratchFolder()
    let path = try LineTableProgram.build(target, flags: "-ldflags='-s -w'", in: folder)
    let whole = try contents(of: path)
    let binary = try BinaryFile(path: path)
    let table = try #require(try LineTable(binary))
    #expect(table.functions.count > 1000 && table.damaged == 0)
    let module = try #require(binary.section("__go_module") ?? binary.section(".data"))
    let header = try #require(
      stride(from: 0, to: whole.count - 8, by: 4).first {
        whole[$0..<$0 + 6].elementsEqual([0xf1, 0xff, 0xff, 0xff, 0, 0]) && [1, 4].contains(whole[$0 + 6])
      })
    let parts = [
      0..<2048, header..<header + 72,
      Int(module.offset)..<Int(module.offset) + min(Int(module.size), 1 << 16),
    ]
    var random = Seeded(state: 11)
    let file = try FileDescriptor.open(path, .readWrite)
    defer { try? file.close() }
    for _ in 0..<60 {
      let patches = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        let part = parts.randomElement(using: &random) ?? 0..<2048
        return (
          offset: Int.random(in: part, using: &random),
          byte: [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(
            using: &random) ?? 0
        )
      }
      for patch in patches { try file.writeAll(toAbsoluteOffset: Int64(patch.offset), [patch.byte]) }
      readSome(path)
      for patch in patches { try file.writeAll(toAbsoluteOffset: Int64(patch.offset), [whole[patch.offset]]) }
    }
    for length in [64, 1000, 4096, header, header + 71, whole.count / 2, whole.count - 1] {
      try write(Array(whole.prefix(length)), to: path)
      readSome(path)
    }
  }

  /// Load commands and sections of which there are more, or which are larger, than a file can hold.
  @Test(arguments: [
    // ncmds, sizeofcmds; the first command's size; the second one's nsects; its first section's address, size, offset.
    (16, 4), (20, 4), (36, 4), (108, 4), (168, 4), (208, 8), (216, 8), (224, 4),
  ])
  func loadCommandsThatCannotBe(offset: Int, width: Int) throws {
    let path = try LineTableProgram.build("darwin/arm64", flags: "-ldflags='-s -w'", in: scratchFolder())
    let whole = try contents(of: path)
    var read = 0
    for value in [0, 1, 7, 8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, UInt64.max - 8, .max] {
      var bytes = whole
      for i in 0..<width { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(i))) }
      try write(bytes, to: path)
      if readSome(path) { read += 1 }
    }
    // Nothing is read without the commands; a section of another address or size hides no table.
    #expect(read == (offset == 16 ? 2 : offset < 168 ? 0 : 9))
  }

  @Test func wordsThatCannotBe() throws {
    let victim = try Victim(functions: 60)
    let values: [UInt64] = [
      0, 1, 0x7fff_ffff, 0xffff_ffff, 1 << 32, 1 << 61, 1 << 62, 1 << 63, .max - 7, .max,
    ]
    var read = 0
    for word in 1..<9 {
      for value in values {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        read += try victim.read(changing: [(victim.table + word * 8, bytes)]) ? 1 : 0
      }
    }
    // Of 80: most words count or place something.
    #expect(read <= 21)
  }

  @Test(arguments: [
    ([0xfb, 0xff, 0xff, 0xff] as [UInt8], "1.15 or older"), ([0xf2, 0xff, 0xff, 0xff], "newer"),
    ([0, 0, 0, 0], "obfuscators"), ([0xff, 0xff, 0xff, 0xf1], "obfuscators"),
  ])
  func aLayoutThatIsNotKnown(magic: [UInt8], says: String) throws {
    let victim = try Victim(functions: 1)
    var bytes = victim.whole
    bytes.replaceSubrange(victim.table..<victim.table + 4, with: magic)
    try write(bytes, to: victim.path)
    let binary = try BinaryFile(path: victim.path)
    let error = #expect(throws: BinaryError.self) { try LineTable(binary) }
    #expect("\(try #require(error))".contains(says))
  }

  @Test func cutShort() throws {
    let victim = try Victim(functions: 60)
    for length in [0, 1, 8, 71, 72, 73, 4096, 40_000, 200_000] {
      try write(Array(victim.whole.prefix(victim.table + length)), to: victim.path)
      #expect(!readAll(victim.path), "\(length)")
    }
  }

  /// A section header says that the table has no bytes.
  @Test func noBytes() throws {
    let victim = try Victim(functions: 1)
    let section = try #require(try BinaryFile(path: victim.path).section(".gopclntab"))
    let headers = (0..<8).reduce(0) { $0 | Int(victim.whole[40 + $1]) << (8 * $1) }
    let address = (0..<8).map { UInt8(truncatingIfNeeded: section.address >> (8 * UInt64($0))) }
    let header = try #require(
      stride(from: headers, to: victim.whole.count - 63, by: 64).first {
        Array(victim.whole[$0 + 16..<$0 + 24]) == address
      })
    try victim.read(changing: [(header + 32, [UInt8](repeating: 0, count: 8))])
    try victim.read(changing: [(header + 32, [UInt8](repeating: 0xff, count: 8))])
    try victim.read(changing: [(header + 16, [UInt8](repeating: 0xff, count: 8))])
  }

  /// Every function has one table of values, which runs on through the whole part: what a function may take
  /// of it is bounded by its code.
  @Test(.timeLimit(.minutes(1))) func tablesThatOverlap() throws {
    let victim = try Victim(functions: .max)
    var bytes = victim.whole
    let values = victim.table + victim.words[6]..<victim.table + victim.words[7]
    for i in values { bytes[i] = i % 2 == 0 ? 2 : 1 }
    for i in 0..<victim.words[0] {
      let pair = victim.table + victim.words[7] + i * 8
      let row = (0..<4).reduce(0) { $0 | Int(bytes[pair + 4 + $1]) << (8 * $1) }
      for field in 0..<3 {
        let offset = victim.table + victim.words[7] + row + 16 + field * 4
        bytes.replaceSubrange(offset..<offset + 4, with: [2, 0, 0, 0])
      }
    }
    try write(bytes, to: victim.path)
    let table = try #require(try LineTable(BinaryFile(path: victim.path)))
    #expect(table.functions.allSatisfy { $0.frameBytes == nil } && table.damaged >= table.functions.count)
  }
}

/// Asks a table for some of what it has, and the data for some words: a whole table is too much for many rounds.
///
/// - Returns: whether it has a table.
@discardableResult
private func readSome(_ path: FilePath) -> Bool {
  do {
    let binary = try BinaryFile(path: path)
    _ = try ReadOnlyData(binary).words(
      at: binary.sections.prefix(100).flatMap { [$0.address, $0.address &+ $0.size] })
    guard let table = try LineTable(binary) else { return false }
    for i in stride(from: 0, to: table.functions.count, by: 200) {
      _ = table.name(table.functions[i])
      _ = table.stackDepths(of: i)
      _ = table.openDefers(of: i)
      _ = table.pointerMap(of: i, at: table.functions[i].entry)
    }
    return true
  } catch {
    #expect(!"\(error)".isEmpty)
    return false
  }
}

/// Asks a table for all it has.
///
/// - Returns: whether it has a table.
@discardableResult
private func readAll(_ path: FilePath) -> Bool {
  do {
    guard let table = try LineTable(BinaryFile(path: path)) else { return false }
    for (i, function) in table.functions.enumerated() {
      #expect(function.entry <= function.end)
      _ = table.name(function)
      _ = table.stackDepths(of: i)
      _ = table.openDefers(of: i)
      _ = table.index(ofEntry: function.entry)
      var cursor = table.lines(of: i)
      // A damaged table may give a function all of the code.
      let step = max(8, UInt64(function.end - function.entry) / 64)
      for address in stride(from: function.entry, to: function.end, by: Int(step)) {
        for caller in cursor.callers(at: address) {
          _ = caller.name.map(table.inlinedName)
          _ = caller.file.map(table.file)
        }
        if let map = table.pointerMap(of: i, at: address) {
          _ = (0..<min(map.locals.count, 64)).filter { map.locals[$0] }
          _ = (0..<min(map.arguments.count, 64)).filter { map.arguments[$0] }
        }
      }
    }
    return true
  } catch {
    #expect(!"\(error)".isEmpty)
    return false
  }
}
