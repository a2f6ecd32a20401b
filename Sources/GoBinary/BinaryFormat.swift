/// What a file of machine code is packed in, told by its first bytes.
public enum BinaryFormat: String, CaseIterable, Sendable {
  /// Linux, the BSDs, Solaris.
  case elf
  /// macOS and iOS, one architecture.
  case machO
  /// macOS, several architectures in one file; ``BinaryFile`` reads one of them.
  case universal
  /// Windows.
  case pe
  /// What `go build` makes of a package without a main, and `ar` of objects; also one object of Go's.
  case archive

  /// How many bytes of a file ``init(prefix:)`` wants to see.
  public static let prefixLength = 8

  /// The format of a file that begins with these bytes; nil for what is no binary.
  public init?(prefix: [UInt8]) {
    switch prefix.prefix(4) {
    case [0x7f, 0x45, 0x4c, 0x46]: self = .elf
    case [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xfe, 0xed, 0xfa, 0xcf],
      [0xfe, 0xed, 0xfa, 0xce]:
      self = .machO
    // A Java class begins with the same four bytes, then its version: 45 or more.
    case [0xca, 0xfe, 0xba, 0xbe] where prefix.count >= 8 && prefix[4..<7] == [0, 0, 0] && prefix[7] < 45:
      self = .universal
    case [0xca, 0xfe, 0xba, 0xbf]: self = .universal
    default:
      if prefix.starts(with: "!<arch>\n".utf8) || prefix.elementsEqual("go objec".utf8) {
        self = .archive
      } else if prefix.starts(with: [0x4d, 0x5a]) && !prefix.allSatisfy({ $0 >= 0x09 && $0 < 0x7f }) {
        // Text may begin with «MZ», a program's second word never is text.
        self = .pe
      } else {
        return nil
      }
    }
  }
}
