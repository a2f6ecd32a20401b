/// Words in the form that a shell takes, for commands that a report tells the user to type.
public enum ShellWord {
  /// Returns a word, in quotes if it needs them.
  public static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "._-/+:@%,=".utf8.contains(byte) || byte >= 0x80
      }
    }
    if isPlain, !word.isEmpty { return word }
    // The loop goes by scalars: a quote followed by a combining mark ends the word as well.
    var out = String.UnicodeScalarView("'".unicodeScalars)
    for scalar in word.unicodeScalars {
      if scalar == "'" { out += "'\\''".unicodeScalars } else { out.append(scalar) }
    }
    out.append("'")
    return String(out)
  }
}
