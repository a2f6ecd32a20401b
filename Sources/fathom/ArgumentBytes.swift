import SystemPackage

/// Command line arguments as text that keeps every byte, since a path need not be UTF-8.
///
/// Each byte that is not UTF-8 becomes a scalar of a private plane, U+10FF80 to U+10FFFF, and turns back into
/// the same byte. The bytes of an argument that contains such scalars itself are handled in the same way.
///
/// The argument `a\xffb` becomes the scalars `a`, U+10FFFF and `b`.
enum ArgumentBytes {
  /// The scalar that stands for byte 0. Scalars from here on stand for single bytes.
  private static let base: UInt32 = 0x10_ff00

  /// Returns the text that stands for an argument's bytes.
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

  /// Returns a path as an argument.
  static func text(_ path: FilePath) -> String { text(of: path.bytes.map { UInt8(bitPattern: $0) }) }

  /// Returns the bytes from which a text was made.
  static func bytes(of text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar -> [UInt8] in
      scalar.value >= base ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
    }
  }

  /// Returns the bytes of a text as a path for C, with a zero at the end.
  static func path(_ text: String) -> [CChar] { bytes(of: text).map { CChar(bitPattern: $0) } + [0] }

  /// Returns the arguments of this process, without its name.
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
