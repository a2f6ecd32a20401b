/// Checks the flags for `go build` that a configuration contains. It allows none that runs a program, swaps
/// code or links with another linker (`-toolexec`, `-overlay`, `-ldflags=-extld=…`).
///
/// The go command splits flags by bytes, and this does the same: a blank with a combining mark is still a
/// blank.
enum BuildFlag {
  private static let known =
    "of build flags -tags, -race, -mod, -trimpath, -pgo and -ldflags with -s -w -X are let through"

  /// Returns the problem with a flag; nil when the flag is allowed.
  static func problem(_ flag: String) -> String? {
    // The go command accepts one dash or two.
    let dashes = flag.utf8.prefix(2).prefix { $0 == UInt8(ascii: "-") }.count
    let parts = flag.utf8.dropFirst(dashes)
      .split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard dashes > 0, let key = parts.first else { return "«\(Spelled.text(flag))» is no flag; \(known)" }
    switch (key, parts.count > 1 ? parts[1] : nil) {
    case ("race", nil), ("trimpath", nil), ("race", "true"?), ("trimpath", "true"?), ("race", "false"?),
      ("trimpath", "false"?):
      return nil
    case ("tags", _?), ("mod", _?), ("pgo", _?): return nil
    case ("tags", nil), ("mod", nil), ("pgo", nil), ("ldflags", nil):
      return "-\(key) needs its value in the same argument: -\(key)=…"
    case ("ldflags", let value?): return linkerProblem(value)
    default: return "-\(Spelled.text(key)) is refused here: \(known). Give it on the command line, behind --"
    }
  }

  /// Returns a flag in a form that is safe to show: values of `-X` are often secrets.
  static func shown(_ flag: String) -> String {
    var out = ""
    var rest = flag.unicodeScalars[...]
    while let mark = rest.firstRange(of: "-X".unicodeScalars) {
      let definition = rest[mark.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "'" || $0 == "\"" }
      let between = rest[mark.upperBound..<definition.startIndex]
      out +=
        String(rest[..<mark.upperBound]) + (between.first == "=" ? "=" : " ")
        + String(definition.prefix { $0 != "=" }) + "=…"
      rest = rest[end(ofValueIn: definition, quote: between.last { $0 == "'" || $0 == "\"" })...]
    }
    return out + String(rest)
  }

  /// Returns the end of a value: after the quote that closes it, or at the first blank outside of quotes. A
  /// quote that is never closed takes the whole rest.
  private static func end(
    ofValueIn definition: Substring.UnicodeScalarView, quote: Unicode.Scalar?
  ) -> String.Index {
    if let quote {
      return definition.firstIndex(of: quote).map { definition.index(after: $0) } ?? definition.endIndex
    }
    var open: Unicode.Scalar?
    return definition.firstIndex { scalar in
      if scalar == "'" || scalar == "\"" {
        if open == nil { open = scalar } else if open == scalar { open = nil }
      }
      return scalar == " " && open == nil
    } ?? definition.endIndex
  }

  /// Returns the problem with flags for the linker; nil when they are allowed. Quotes, and a pattern in front
  /// (`all=-s`), are not allowed.
  private static func linkerProblem(_ value: String) -> String? {
    // The linker splits at all these blanks (`quoted.Split` of Go's `cmd/internal/quoted`).
    var words = value.utf8.split { " \t\n\r".utf8.contains($0) }.map { String(Substring($0)) }[...]
    while let word = words.popFirst() {
      switch word {
      case "-s", "-w": continue
      case "-X":
        guard let definition = words.popFirst(), isDefinition(definition) else {
          return "-ldflags: -X wants importpath.name=value behind it, without quotes and blanks"
        }
      default:
        let isX = word.utf8.starts(with: "-X".utf8)
        if word.utf8.starts(with: "-X=".utf8), isDefinition(String(Substring(word.utf8.dropFirst(3)))) {
          continue
        }
        // A word that is no flag may be part of a value, which may be a secret.
        let shown =
          word.utf8.first == UInt8(ascii: "-") && !isX
          ? Spelled.text(Substring(word.utf8.prefix { $0 != UInt8(ascii: "=") })) : "a word"
        return "-ldflags: \(shown) is refused here: only -s, -w and -X importpath.name=value are let through"
      }
    }
    return nil
  }

  private static func isDefinition(_ word: String) -> Bool {
    let bytes = word.utf8
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), bytes.first != UInt8(ascii: "-"),
      equals != bytes.startIndex
    else { return false }
    return !bytes.contains { "'\"`".utf8.contains($0) }
  }

  /// Whether a scalar may occur in a build tag (`isValidTag` of Go's `go/build/constraint`).
  static func isInTag(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" || scalar == "." { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
      return true
    default: return false
    }
  }
}
