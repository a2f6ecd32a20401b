/// The scalars that no report lets through as they are: they move the cursor, start escape sequences,
/// turn the text's direction round, or end a line where a reader sees none.
enum UnsafeScalars {
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1f, 0x7f...0x9f: true  // C0, DEL, C1
    case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true  // bidirectional controls
    case 0x2028, 0x2029, 0xfeff: true  // line and paragraph separator, byte order mark
    default: false
    }
  }

  /// Takes UTF-8 apart; nil is a piece that is none, given with its bytes' count.
  static func walk(_ bytes: some Sequence<UInt8>, _ each: (Unicode.Scalar?, Int) -> Void) {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded): each(Unicode.UTF8.decode(encoded), encoded.count)
      case .error(let length): each(nil, length)
      case .emptyInput: return
      }
    }
  }
}
