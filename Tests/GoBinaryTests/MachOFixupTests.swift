import GoBinary
import SystemPackage
import TestSupport
import Testing

/// Programs whose pointers are chained, as Apple's linker leaves them where there is C code in a program.
@Suite("Chained fixups") struct MachOFixupTests {
  /// A program as Go's linker wrote it with the pointers of its writable segments chained: what `ld -fixup_chains` does.
  private struct Chained {
    private(set) var bytes: [UInt8]
    /// Where the table is.
    let table: Int

    /// - Parameter format: 2 for addresses, 6 for offsets from the header.
    init(_ program: [UInt8], format: UInt16) {
      bytes = program
      table = program.count
      func u32(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(program[at + $1]) << (8 * $1) } }
      func u64(_ at: Int) -> Int { u32(at) | u32(at + 4) << 32 }
      var segments: [(address: Int, size: Int, offset: Int)] = []
      var command = 32
      var info = 0
      for _ in 0..<u32(16) {
        if u32(command) == 0x19 { segments.append((u64(command + 24), u64(command + 48), u64(command + 40))) }
        if u32(command) == 0x8000_0022 { info = command }
        command += u32(command + 4)
      }
      let base = segments[1].address
      let end = segments.map { $0.address + $0.size }.max() ?? 0
      // LC_DYLD_INFO_ONLY has 48 bytes, LC_DYLD_CHAINED_FIXUPS 16; LC_NOTE takes the rest.
      var starts: [UInt8] = Self.little(segments.count, 4)
      var parts: [UInt8] = []
      let first = 4 + 4 * segments.count
      for (i, segment) in segments.enumerated() {
        guard i == 2 || i == 3 else {
          starts += Self.little(0, 4)
          continue
        }
        starts += Self.little(first + parts.count, 4)
        let count = (segment.size + 0x3fff) / 0x4000
        parts += Self.little(22 + 2 * count, 4) + Self.little(0x4000, 2) + Self.little(Int(format), 2)
        parts += Self.little(segment.address - base, 8) + Self.little(0, 4) + Self.little(count, 2)
        for page in 0..<count {
          let from = segment.offset + page * 0x4000
          let to = min(from + 0x4000, segment.offset + segment.size)
          let places = stride(from: from, to: to - 7, by: 8).filter { base...end ~= u64($0) }
          parts += Self.little(places.first.map { $0 - from } ?? 0xffff, 2)
          for (place, next) in zip(places, places.dropFirst() + [places.last ?? 0]) {
            let target = format == 6 ? u64(place) - base : u64(place)
            bytes.replaceSubrange(
              place..<place + 8, with: Self.little(target | ((next - place) / 4) << 51, 8))
          }
        }
        parts += [UInt8](repeating: 0, count: (4 - parts.count % 4) % 4)
      }
      let content = Self.little(0, 4) + Self.little(32, 4) + [UInt8](repeating: 0, count: 24) + starts + parts
      let fixups =
        Self.little(0x8000_0034, 4) + Self.little(16, 4) + Self.little(table, 4)
        + Self.little(content.count, 4)
      bytes.replaceSubrange(
        info..<info + 48,
        with: fixups + Self.little(0x31, 4) + Self.little(32, 4) + [UInt8](repeating: 0, count: 24))
      bytes += content
    }

    static func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
  }

  private func program(_ target: String) throws -> (path: FilePath, bytes: [UInt8]) {
    let path = try LineTableProgram.build(target, flags: "-ldflags='-s -w'", in: scratchFolder())
    return (path, try contents(of: path))
  }

  @Test(arguments: [("darwin/arm64", UInt16(2)), ("darwin/arm64", 6), ("darwin/amd64", 6)])
  func readAsTheyWere(target: String, format: UInt16) throws {
    let (path, plain) = try program(target)
    let before = try #require(try LineTable(BinaryFile(path: path)))
    let section = try #require(try BinaryFile(path: path).section("__go_func"))
    let places = (0..<20).map { section.address + 8 * $0 }
    let words = try ReadOnlyData(BinaryFile(path: path)).words(at: places)
    let chained = Chained(plain, format: format)
    #expect(chained.bytes[..<chained.table] != plain[...])
    try write(chained.bytes, to: path)
    let binary = try BinaryFile(path: path)
    let after = try #require(try LineTable(binary))
    #expect(after.functions.map(\.entry) == before.functions.map(\.entry))
    #expect(after.functions.map(\.frameBytes) == before.functions.map(\.frameBytes))
    #expect(try ReadOnlyData(binary).words(at: places) == words && words.count == 20)
  }

  /// Whatever the table and the chains say, reading them ends.
  @Test func hostileTables() throws {
    let (path, plain) = try program("darwin/arm64")
    let chained = Chained(plain, format: 6)
    var random = Seeded(state: 5)
    try write(chained.bytes, to: path)
    let file = try FileDescriptor.open(path, .readWrite)
    defer { try? file.close() }
    for _ in 0..<100 {
      let places = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        chained.table + Int.random(in: 0..<min(chained.bytes.count - chained.table, 200), using: &random)
      }
      for place in places {
        let byte: UInt8 = [0, 1, 0x40, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        try file.writeAll(toAbsoluteOffset: Int64(place), [byte])
      }
      do { _ = try LineTable(BinaryFile(path: path)) } catch { #expect(!"\(error)".isEmpty) }
      for place in places { try file.writeAll(toAbsoluteOffset: Int64(place), [chained.bytes[place]]) }
    }
    try write(Array(chained.bytes.dropLast(10)), to: path)
    #expect(throws: BinaryError.self) { try LineTable(BinaryFile(path: path)) }
  }
}
