/// The build info that the go command writes into a binary: `runtime/debug.BuildInfo`, which `go version -m`
/// prints.
public struct BuildInfo: Hashable, Sendable {
  /// A module and its version, as in `go.mod`.
  public struct Module: Hashable, Sendable {
    /// The path: `github.com/owner/name`.
    public var path: String
    /// The version: `v1.2.3` or `(devel)`; empty when the binary does not say.
    public var version: String
    /// The module that a `replace` directive put in its place, which the code is from; nil without one.
    public var replacement: Replacement?
  }

  /// The right-hand side of a `replace` directive.
  public struct Replacement: Hashable, Sendable {
    /// The path of a module, or of a folder.
    public var path: String
    /// The version; empty for a folder.
    public var version: String
  }

  /// A setting of the build, such as `GOOS`, `-tags` or `vcs.revision`.
  public struct Setting: Hashable, Sendable {
    /// The key, as the go command spells it.
    public var key: String
    /// The value, without quotes.
    public var value: String
  }

  /// The version of Go: `go1.27.3`.
  public var goVersion: String
  /// The main package's import path; nil when the binary does not say.
  public var path: String?
  /// The main module; nil for commands of Debian, Docker and Go itself, which have none.
  public var mainModule: Module?
  /// The other modules, in the order of the file.
  public var dependencies: [Module] = []
  /// The settings, in the order of the file.
  public var settings: [Setting] = []

  /// The value of a setting; nil when the setting is missing.
  public subscript(setting key: String) -> String? { settings.first { $0.key == key }?.value }

  /// The build tags that the go command was given.
  public var tags: [String] { (self[setting: "-tags"] ?? "").split(separator: ",").map(String.init) }

  /// Reads the lines that the go command wrote (`runtime/debug.ParseBuildInfo`). Lines of an unknown kind are
  /// ignored: later versions of Go may add some.
  ///
  /// - Parameters:
  ///   - goVersion: the version of Go: `go1.27.3`.
  ///   - text: the lines, without the 16 bytes that frame them on each side.
  public init(goVersion: String, text: String) {
    self.goVersion = goVersion
    // The module that the next `=>` line replaces.
    var target: WritableKeyPath<Self, Module?>?
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 1 else { continue }
      let version = fields.count > 2 ? fields[2] : ""
      switch fields[0] {
      case "path": path = fields[1]
      case "mod":
        mainModule = Module(path: fields[1], version: version)
        target = \.mainModule
      case "dep":
        dependencies.append(Module(path: fields[1], version: version))
        target = \.lastDependency
      case "=>":
        if let target { self[keyPath: target]?.replacement = Replacement(path: fields[1], version: version) }
      case "build": setting(line.dropFirst("build\t".count))
      default: break
      }
    }
  }

  private var lastDependency: Module? {
    get { dependencies.last }
    set { if let newValue, !dependencies.isEmpty { dependencies[dependencies.count - 1] = newValue } }
  }

  /// Reads `key=value`. Either part is quoted where it contains blanks, quotes or equals signs.
  private mutating func setting(_ text: Substring) {
    var rest = text
    guard let key = Self.word(&rest, until: "="), rest.popFirst() == "=" else { return }
    guard let value = Self.word(&rest, until: nil) else { return }
    settings.append(Setting(key: key, value: value))
  }

  /// Reads a word that is quoted as by Go's `strconv.Quote`, or else the plain text up to `end`.
  private static func word(_ text: inout Substring, until end: Character?) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "`" else {
      let word = text.prefix { $0 != end }
      text = text[word.endIndex...]
      return String(word)
    }
    text.removeFirst()
    var bytes: [UInt8] = []
    while let next = text.popFirst() {
      if next == quote { return String(decoding: bytes, as: UTF8.self) }
      guard next == "\\", quote == "\"" else {
        bytes += Array(String(next).utf8)
        continue
      }
      guard let escape = text.popFirst() else { return nil }
      guard let digits = ["x": 2, "u": 4, "U": 8][escape] else {
        bytes.append(controls[escape] ?? escape.asciiValue ?? UInt8(ascii: "?"))
        continue
      }
      guard let code = UInt32(text.prefix(digits), radix: 16) else { return nil }
      text = text.dropFirst(digits)
      // `\x` gives a byte, the other two give a character.
      if digits == 2 {
        bytes.append(UInt8(code))
      } else {
        bytes += Array(String(Unicode.Scalar(code) ?? "\u{fffd}").utf8)
      }
    }
    return nil
  }

  private static let controls: [Character: UInt8] = [
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
  ]
}
