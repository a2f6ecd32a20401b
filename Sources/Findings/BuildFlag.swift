/// Which flags of `go build` a configuration may give: none that runs a program, swaps code or links with another
/// linker (`-toolexec`, `-overlay`, `-ldflags=-extld=…`).
enum BuildFlag {
  private static let known =
    "of build flags -tags, -race, -mod, -trimpath, -pgo and -ldflags with -s -w -X are let through"

  /// What is wrong with a flag; nil when nothing is.
  static func problem(_ flag: String) -> String? {
    // The go command takes one dash or two.
    let name =
      flag.hasPrefix("--") ? String(flag.dropFirst(2)) : String(flag.dropFirst(flag.hasPrefix("-") ? 1 : 0))
    let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard flag.hasPrefix("-"), let key = parts.first else {
      return "«\(flag.prefix(200))» is no flag; \(known)"
    }
    switch (key, parts.count > 1 ? parts[1] : nil) {
    case ("race", nil), ("trimpath", nil), ("race", "true"?), ("trimpath", "true"?), ("race", "false"?),
      ("trimpath", "false"?):
      return nil
    case ("tags", _?), ("mod", _?), ("pgo", _?): return nil
    case ("tags", nil), ("mod", nil), ("pgo", nil), ("ldflags", nil):
      return "-\(key) wants its value in the same word: -\(key)=…"
    case ("ldflags", let value?): return linkerProblem(value)
    default: return "-\(key.prefix(200)) is refused here: \(known). Give it on the command line, behind --"
    }
  }

  /// A flag as it may be shown: values of `-X` are often secrets.
  static func shown(_ flag: String) -> String {
    var out = ""
    var rest = flag[...]
    while let mark = rest.firstRange(of: "-X") {
      let definition = rest[mark.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "'" || $0 == "\"" }
      let between = rest[mark.upperBound..<definition.startIndex]
      out +=
        rest[..<mark.upperBound] + (between.first == "=" ? "=" : " ") + definition.prefix { $0 != "=" } + "=…"
      rest = rest[end(ofValueIn: definition, quote: between.last { $0 == "'" || $0 == "\"" })...]
    }
    return out + rest
  }

  /// Behind a value: at the quote that closes it, or at the first blank outside of quotes. A quote that nothing closes
  /// takes all the rest.
  private static func end(ofValueIn definition: Substring, quote: Character?) -> Substring.Index {
    if let quote {
      return definition.firstIndex(of: quote).map { definition.index(after: $0) } ?? definition.endIndex
    }
    var open: Character?
    return definition.firstIndex { character in
      if character == "'" || character == "\"" {
        if open == nil { open = character } else if open == character { open = nil }
      }
      return character == " " && open == nil
    } ?? definition.endIndex
  }

  /// The linker's own flags. A pattern in front (`all=-s`) and quotes are not taken.
  private static func linkerProblem(_ value: String) -> String? {
    var words = value.split(separator: " ").map(String.init)[...]
    while let word = words.popFirst() {
      switch word {
      case "-s", "-w": continue
      case "-X":
        guard let definition = words.popFirst(), isDefinition(definition) else {
          return "-ldflags: -X wants importpath.name=value behind it, without quotes and blanks"
        }
      default:
        if word.hasPrefix("-X="), isDefinition(String(word.dropFirst(3))) { continue }
        // What is no flag may be part of a value, which may be a secret.
        let shown =
          word.hasPrefix("-") && !word.hasPrefix("-X")
          ? String(word.prefix { $0 != "=" }.prefix(200)) : "a word"
        return "-ldflags: \(shown) is refused here: only -s, -w and -X importpath.name=value are let through"
      }
    }
    return nil
  }

  private static func isDefinition(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), word.first != "-", equals != word.startIndex else {
      return false
    }
    return !word.contains("'") && !word.contains("\"") && !word.contains("`")
  }
}
