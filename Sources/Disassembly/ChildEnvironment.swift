import LibC

/// The environment variables for a process that is to be started.
public struct ChildEnvironment: Sendable {
  /// The variables as `NAME=value` with a trailing NUL; kept as bytes, since neither half need be UTF-8.
  private(set) var rows: [[CChar]]

  /// The current variables of this process.
  public static var current: ChildEnvironment { ChildEnvironment(rows: environmentVariables()) }

  /// The value of a variable; nil when it is not set. Setting nil removes the variable.
  public subscript(name: String) -> String? {
    get {
      let prefix = Self.prefix(name)
      guard let row = rows.first(where: { $0.starts(with: prefix) }) else { return nil }
      return String(decoding: row[prefix.count..<row.count - 1].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    set {
      let prefix = Self.prefix(name)
      rows.removeAll { $0.starts(with: prefix) }
      if let newValue { rows.append(prefix + Array(newValue.utf8CString)) }
    }
  }

  /// Removes every variable whose name starts with a prefix, except those with the names in `kept`.
  public mutating func removeAll(prefix: String, but kept: [String] = []) {
    let prefix = prefix.utf8.map(CChar.init(bitPattern:))
    let kept = kept.map(Self.prefix)
    rows.removeAll { row in row.starts(with: prefix) && !kept.contains { row.starts(with: $0) } }
  }

  /// These variables, changed for a disassembler. Its messages are in English, its numbers without a locale,
  /// and it does not search the network for debug files. The go command gets no module and no build settings,
  /// as it only prints a binary, and fails at a value of GOARM64 or GOEXPERIMENT that it does not know.
  public var forDisassembler: ChildEnvironment {
    var changed = self
    changed["LC_ALL"] = "C"
    changed["DEBUGINFOD_URLS"] = ""
    changed.removeAll(prefix: "GO", but: ["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOTMPDIR"])
    // These settings apply whatever go.mod or go.work is nearby: `toolchain go1.99` would be downloaded and
    // started, and `tool …` names programs.
    changed["GOTOOLCHAIN"] = "local"
    changed["GO111MODULE"] = "off"
    changed["GOWORK"] = "off"
    changed["GOENV"] = "off"
    return changed
  }

  private static func prefix(_ name: String) -> [CChar] { "\(name)=".utf8.map(CChar.init(bitPattern:)) }
}
