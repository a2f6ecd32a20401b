/// The format of a file of machine code, recognised by its first bytes.
public enum BinaryFormat: String, CaseIterable, Sendable {
  /// ELF: Linux, the BSDs, Solaris.
  case elf
  /// Mach-O: macOS and iOS, one architecture.
  case machO
  /// A universal file: macOS, several architectures in one file; ``BinaryFile`` reads one of them.
  case universal
  /// PE: Windows.
  case pe
  /// An archive, as `go build` makes of a package without a main, and `ar` of objects; also a single object
  /// of Go's.
  case archive

  /// The number of bytes from a file's start that ``init(prefix:)`` needs.
  public static let prefixLength = 8

  /// Recognises the format of a file by its first bytes; nil when it is no binary.
  public init?(prefix: [UInt8]) {
    switch prefix.prefix(4) {
    case [0x7f, 0x45, 0x4c, 0x46]: self = .elf
    case [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xfe, 0xed, 0xfa, 0xcf],
      [0xfe, 0xed, 0xfa, 0xce]:
      self = .machO
    // A Java class file begins with the same four bytes, followed by its version, which is 45 or more.
    case [0xca, 0xfe, 0xba, 0xbe] where prefix.count >= 8 && prefix[4..<7] == [0, 0, 0] && prefix[7] < 45:
      self = .universal
    case [0xca, 0xfe, 0xba, 0xbf]: self = .universal
    default:
      if prefix.starts(with: "!<arch>\n".utf8) || prefix.elementsEqual("go objec".utf8) {
        self = .archive
      } else if prefix.starts(with: [0x4d, 0x5a]) && !prefix.allSatisfy({ $0 >= 0x09 && $0 < 0x7f }) {
        // A text may begin with «MZ», but the second word of a program is never text.
        self = .pe
      } else {
        return nil
      }
    }
  }
}
