import LibC

/// The environment variables of a process that is to be started.
public struct ChildEnvironment: Sendable {
  /// `NAME=value` with a NUL: kept as bytes, since neither half need be UTF-8.
  private(set) var rows: [[CChar]]

  /// The variables of this process, now.
  public static var current: ChildEnvironment { ChildEnvironment(rows: environmentVariables()) }

  /// The value of a variable; nil when it is not set. Setting nil takes it out.
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

  /// Takes out every variable whose name begins so, but for these names.
  public mutating func removeAll(prefix: String, but kept: [String] = []) {
    let prefix = prefix.utf8.map(CChar.init(bitPattern:))
    let kept = kept.map(Self.prefix)
    rows.removeAll { row in row.starts(with: prefix) && !kept.contains { row.starts(with: $0) } }
  }

  /// These variables as a disassembler gets them: messages in English, numbers without a locale, no search for debug
  /// files on the network; and the go command no module and no settings of builds, as it only prints a binary (it ends at
  /// a value of GOARM64 or GOEXPERIMENT that it does not know).
  public var forDisassembler: ChildEnvironment {
    var changed = self
    changed["LC_ALL"] = "C"
    changed["DEBUGINFOD_URLS"] = ""
    changed.removeAll(prefix: "GO", but: ["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOTMPDIR"])
    // Whatever go.mod or go.work lies around: `toolchain go1.99` is fetched and started, `tool …` names programs.
    changed["GOTOOLCHAIN"] = "local"
    changed["GO111MODULE"] = "off"
    changed["GOWORK"] = "off"
    changed["GOENV"] = "off"
    return changed
  }

  private static func prefix(_ name: String) -> [CChar] { "\(name)=".utf8.map(CChar.init(bitPattern:)) }
}
