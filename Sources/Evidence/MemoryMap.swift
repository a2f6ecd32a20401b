import ByteText

/// The contents of `/proc/PID/maps` (Linux `fs/proc/task_mmu.c`, show_map_vma):
///
///     555555554000-555555600000 r-xp 00001000 fd:01 1234      /usr/bin/app
public struct MemoryMap: Sendable {
  private struct Mapping {
    var start: UInt64
    var end: UInt64
    var offset: UInt64
    var path: String
  }

  private var mappings: [Mapping] = []

  /// Lines that are of another kind are passed over.
  public init(_ text: borrowing Span<UInt8>) {
    var start = 0
    while start < text.count {
      let end = text.firstOffset(of: 0x0a, from: start) ?? text.count
      let words = text.string(start..<end).split(
        separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      start = end + 1
      let bounds = words.first?.split(separator: "-") ?? []
      guard words.count == 6, bounds.count == 2, let low = UInt64(bounds[0], radix: 16),
        let high = UInt64(bounds[1], radix: 16), low < high, let offset = UInt64(words[2], radix: 16)
      else { continue }
      let path = words[5].drop { $0 == " " }
      mappings.append(Mapping(start: low, end: high, offset: offset, path: String(path)))
    }
  }

  /// Whether no line of it was understood.
  public var isEmpty: Bool { mappings.isEmpty }

  /// How far the loader moved a program.
  ///
  /// - Parameters:
  ///   - name: of its file, without folders.
  ///   - offset: where its code stands in the file.
  ///   - address: where its code would stand by the file.
  /// - Returns: nil where no such file is mapped there.
  public func slide(of name: String, offset: UInt64, address: UInt64) -> UInt64? {
    mappings.first {
      ($0.path.split(separator: "/").last.map(String.init) ?? $0.path) == name && $0.offset <= offset
        && offset - $0.offset < $0.end - $0.start
    }.map { $0.start &+ (offset - $0.offset) &- address }
  }
}
