import SystemPackage

/// Command line arguments as text, without losing a byte: a path need not be UTF-8.
///
/// What is not UTF-8 becomes scalars of a private plane, U+10FF80…U+10FFFF, one a byte, and turns back
/// into the same bytes. An argument that holds such scalars itself goes the same way, byte by byte.
enum ArgumentBytes {
  private static let base: UInt32 = 0x10_ff00

  /// The text for an argument's bytes.
  static func text(of bytes: [UInt8]) -> String {
    var out = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var at = 0
    while true {
      var count: Int
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        count = encoded.count
        let scalar = Unicode.UTF8.decode(encoded)
        if scalar.value < base {
          out.append(scalar)
          at += count
          count = 0
        }
      case .error(let length): count = length
      case .emptyInput: return String(out)
      }
      for byte in bytes[at..<(at + count)] { out.append(Unicode.Scalar(base + UInt32(byte)) ?? "\u{fffd}") }
      at += count
    }
  }

  /// A path as an argument.
  static func text(_ path: FilePath) -> String { text(of: path.bytes.map { UInt8(bitPattern: $0) }) }

  /// The bytes that a text was made from.
  static func bytes(of text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar -> [UInt8] in
      scalar.value >= base ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
    }
  }

  /// The bytes as C takes a path.
  static func path(_ text: String) -> [CChar] { bytes(of: text).map { CChar(bitPattern: $0) } + [0] }

  /// The arguments of this process, without its name.
  static func ofProcess() -> [String] {
    let count = Int(CommandLine.argc)
    return (1..<max(1, count)).compactMap { i in
      guard let start = unsafe CommandLine.unsafeArgv[i] else { return nil }
      var bytes: [UInt8] = []
      var at = 0
      while unsafe start[at] != 0 {
        unsafe bytes.append(UInt8(bitPattern: start[at]))
        at += 1
      }
      return text(of: bytes)
    }
  }
}
