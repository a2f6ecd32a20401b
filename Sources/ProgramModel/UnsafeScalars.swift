/// The scalars that output for people never contains as they are. They move the cursor, start escape
/// sequences, reverse the text's direction, end a line where a reader sees no end, or are invisible, so that
/// two different names would look alike.
public enum UnsafeScalars {
  /// Whether a scalar is unsafe.
  public static func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 0x20 || 0x7f...0xa0 ~= value { return true }  // C0, DEL, C1, the blank that does not break
    return value >= 0xad && (isControl(value) || isInvisible(value) || isBlank(value))
  }

  private static func isControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x61c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true  // bidirectional controls
    case 0x2028, 0x2029, 0xfeff: true  // line and paragraph separator, byte order mark
    case 0xfff9...0xfffb, 0x13430...0x1343f: true  // annotations, the joiners of hieroglyphs
    default: false
    }
  }

  /// Whether a scalar has Default_Ignorable_Code_Point (Unicode, `DerivedCoreProperties.txt`): fillers,
  /// joiners, variation selectors, tags.
  private static func isInvisible(_ value: UInt32) -> Bool {
    switch value {
    case 0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f, 0x200b...0x200d, 0x2060...0x206f,
      0x3164,
      0xfe00...0xfe0f, 0xffa0, 0xfff0...0xfff8, 0x1bca0...0x1bca3, 0x1d173...0x1d17a, 0xe0000...0xe0fff:
      true
    default: false
    }
  }

  /// Whether a scalar looks like a blank without being one, so that it could be taken for the end of a name.
  private static func isBlank(_ value: UInt32) -> Bool {
    switch value {
    case 0x1680, 0x2000...0x200a, 0x202f, 0x205f, 0x2800, 0x3000, 0x16fe4, 0x1d159: true
    default: false
    }
  }

  /// Decodes UTF-8 and passes each scalar and the number of its bytes to `each`. The scalar is nil for bytes
  /// that are not UTF-8.
  public static func walk(_ bytes: some Sequence<UInt8>, _ each: (Unicode.Scalar?, Int) -> Void) {
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

  /// Returns the bytes as one line of printable text. Unsafe scalars, and bytes that are not UTF-8, are
  /// spelled `\x1b`, `\u202e`, `\U000e0041`, `\xff`.
  public static func spelled(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ 0x20..<0x7f ~= $0 }) { return String(decoding: bytes, as: UTF8.self) }
    var out = ""
    var at = bytes.startIndex
    walk(bytes) { scalar, count in
      let end = bytes.index(at, offsetBy: count)
      if let scalar, !contains(scalar) {
        out.unicodeScalars.append(scalar)
      } else if let scalar, scalar.value >= 0x80 {
        out += spelled(scalar)
      } else {
        for byte in bytes[at..<end] { out += "\\x" + hex(UInt32(byte), digits: 2) }
      }
      at = end
    }
    return out
  }

  /// Returns the text as one line of printable text, with the same spelling.
  public static func spelled(_ text: some StringProtocol) -> String { spelled(text.utf8) }

  /// Returns a scalar as Go's strings spell it: `\u202e`, `\U000e0041`.
  public static func spelled(_ scalar: Unicode.Scalar) -> String {
    scalar.value > 0xffff ? "\\U" + hex(scalar.value, digits: 8) : "\\u" + hex(scalar.value, digits: 4)
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
