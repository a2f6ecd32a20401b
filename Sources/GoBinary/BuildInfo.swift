/// What the go command wrote into a binary: `runtime/debug.BuildInfo`, what `go version -m` prints.
public struct BuildInfo: Hashable, Sendable {
  /// A module and its version, as in `go.mod`.
  public struct Module: Hashable, Sendable {
    /// `github.com/owner/name`.
    public var path: String
    /// `v1.2.3` or `(devel)`; empty when the binary does not say.
    public var version: String
    /// What a `replace` put in its place: the code is this one's. Its path may be a folder.
    public var replacement: Replacement?
  }

  /// What stands behind the arrow of a `replace`.
  public struct Replacement: Hashable, Sendable {
    /// A module's path, or a folder.
    public var path: String
    /// Empty for a folder.
    public var version: String
  }

  /// A setting of the build: `GOOS`, `-tags`, `vcs.revision`.
  public struct Setting: Hashable, Sendable {
    /// As the go command spells it.
    public var key: String
    /// Unquoted.
    public var value: String
  }

  /// `go1.27.3`.
  public var goVersion: String
  /// The main package's import path; nil when the binary does not say.
  public var path: String?
  /// The main module; Debian's, docker's and Go's own commands have none.
  public var mainModule: Module?
  /// In the order of the file.
  public var dependencies: [Module] = []
  /// In the order of the file.
  public var settings: [Setting] = []

  /// The value of a setting; nil when it is not there.
  public subscript(setting key: String) -> String? { settings.first { $0.key == key }?.value }

  /// The build tags that were given.
  public var tags: [String] { (self[setting: "-tags"] ?? "").split(separator: ",").map(String.init) }

  /// Reads the lines that the go command wrote (`runtime/debug.ParseBuildInfo`). A line of an unknown
  /// kind is passed over: later versions of Go may add some.
  ///
  /// - Parameters:
  ///   - goVersion: `go1.27.3`.
  ///   - text: the lines, without the frame of 16 bytes around them.
  public init(goVersion: String, text: String) {
    self.goVersion = goVersion
    // What a `=>` line belongs to.
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

  /// `key=value`, each of the two quoted where it holds blanks, quotes or equals signs.
  private mutating func setting(_ text: Substring) {
    var rest = text
    guard let key = Self.word(&rest, until: "="), rest.popFirst() == "=" else { return }
    guard let value = Self.word(&rest, until: nil) else { return }
    settings.append(Setting(key: key, value: value))
  }

  /// A word as Go's `strconv.Quote` leaves it, or the bare text up to `end`.
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
      // `\x` is a byte, the other two are characters.
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
