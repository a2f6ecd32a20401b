/// Changes a stream so that GitHub's runner finds no command in it. The runner reads `::` at the beginning of
/// a line, after blanks too, and the older `##[` anywhere (`ActionCommand.cs`).
///
/// Blanks other than those of ASCII have been escaped before, in every text (``UnsafeScalars``).
struct CommandDefuser {
  private let form: LogForm
  /// Whether this line has contained nothing but blanks so far.
  private var isFront = true
  /// Whether the last piece ended with the first colon of a line.
  private var hasColon = false
  /// How many `#` came directly before.
  private var hashes = 0

  init(_ form: LogForm) { self.form = form }

  /// Returns the next piece of the stream, without commands.
  mutating func defused(_ bytes: Span<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for i in bytes.indices {
      let byte = bytes[i]
      switch byte {
      case UInt8(ascii: ":") where form == .text && hasColon: out += "\\x3a".utf8
      case UInt8(ascii: ":") where form == .text && isFront && i + 1 < bytes.count && bytes[i + 1] == byte:
        out += "\\x3a".utf8
      case UInt8(ascii: "[") where hashes > 1: out += bracket.utf8
      default: out.append(byte)
      }
      hasColon = isFront && byte == UInt8(ascii: ":") && i + 1 == bytes.count
      hashes = byte == UInt8(ascii: "#") ? hashes + 1 : 0
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): isFront = true
      case UInt8(ascii: " "), 0x09...0x0d: break
      default: isFront = false
      }
    }
    return out
  }

  /// A `[` in the spelling of the report's form, so that the text means the same and the runner reads no
  /// command.
  private var bracket: String {
    switch form {
    case .text: "\\x5b"
    case .json: "\\u005b"
    case .markup: "&#91;"
    }
  }
}
