import ProgramModel

/// The findings that are accepted, as a text file that is kept with the code. It is sorted, with one key per
/// line, so that a review can read its changes.
///
///     # fathom baseline 1 …
///     os<TAB>linux
///     arch<TAB>amd64
///     go<TAB>go1.27.3
///     tags<TAB>netgo
///     large-frame<TAB>example.com/app<TAB>(*Server).dispatch<TAB>8544
///
/// The last field holds the measures of all findings that share the key, the largest first. Rows of
/// `frame-growth` are not findings: they hold the frames that the rule compares with.
public struct Baseline: Sendable {
  /// The build that a baseline was written for. Measures of another build cannot be compared.
  public struct Build: Hashable, Sendable {
    /// The operating system, as in GOOS; empty where the input does not say.
    public var os: String
    /// The architecture, as in GOARCH.
    public var arch: String
    /// The version of Go, `go1.27.3`; empty where the input does not say.
    public var go: String
    /// The build tags, sorted and separated by blanks.
    public var tags: String

    /// Creates a build.
    public init(os: String, arch: String, go: String, tags: [String]) {
      self.os = os
      self.arch = arch
      self.go = go
      self.tags = tags.sorted().joined(separator: " ")
    }

    var rows: [(key: String, value: String)] { [("os", os), ("arch", arch), ("go", go), ("tags", tags)] }
  }

  /// The start of the first line.
  public static let mark = "# fathom baseline 1"
  /// The smallest frame that is kept for `frame-growth`, in bytes (StackSmall, Go `internal/abi/stack.go`).
  static let smallestFrame = 128

  /// The build that the baseline was written for.
  public var build: Build
  /// The accepted measures by key, the largest first.
  public var rows: [FindingKey: [Int]]
  /// The line of each row in the file, from 1.
  private var lines: [FindingKey: Int] = [:]

  /// Creates a baseline; sorts the measures.
  public init(build: Build, rows: [FindingKey: [Int]]) {
    self.build = build
    self.rows = rows.mapValues { $0.sorted(by: >) }
  }

  /// Returns the line of a row in the file; 0 for a row that was not read from a file.
  func line(of key: FindingKey) -> Int { lines[key] ?? 0 }

  // MARK: Text

  /// The content of the file.
  public var text: String {
    var out = "\(Self.mark): what is accepted. `fathom baseline` writes it anew; review it as code.\n"
    for (key, value) in build.rows { out += "\(key)\t\(Self.escaped(value))\n" }
    // Findings come first, since reviewers look for them.
    for section in [false, true] {
      for (key, measures) in rows.sorted(by: { $0.key < $1.key }) where (key.rule == .frameGrowth) == section
      {
        let fields = [key.rule.rawValue, key.package, key.function].map(Self.escaped)
        out += fields.joined(separator: "\t") + "\t" + measures.map(String.init).joined(separator: " ") + "\n"
      }
    }
    return out
  }

  /// Reads the content of a file.
  ///
  /// - Parameters:
  ///   - text: the content.
  ///   - file: the name of the file in messages.
  /// - Throws: ``BaselineError`` with the line that is wrong.
  public init(_ text: String, file: String) throws(BaselineError) {
    if let line = TextLines.conflict(in: text) { throw .conflict(file, line) }
    var header: [String: String] = [:]
    rows = [:]
    build = Build(os: "", arch: "", go: "", tags: [])
    for (i, line) in TextLines.of(text).enumerated() {
      if i == 0, !line.utf8.starts(with: Self.mark.utf8) { throw .notABaseline(file) }
      if line.isEmpty || line.utf8.first == UInt8(ascii: "#") { continue }
      let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
        Self.unescaped(Substring($0))
      }
      if fields.count == 2, header[fields[0]] == nil, build.rows.contains(where: { $0.key == fields[0] }) {
        header[fields[0]] = fields[1]
        continue
      }
      let measures = fields.count == 4 ? fields[3].split(separator: " ").map { Int($0) } : []
      guard let rule = RuleID(rawValue: fields[0]), !measures.isEmpty,
        !measures.contains(where: { ($0 ?? -1) < 0 })
      else { throw .badLine(file, i + 1, String(line)) }
      let key = FindingKey(rule: rule, package: fields[1], function: fields[2])
      guard rows[key] == nil else { throw .twice(file, i + 1, String(line)) }
      rows[key] = measures.compactMap(\.self).sorted(by: >)
      lines[key] = i + 1
    }
    for (key, _) in build.rows where header[key] == nil { throw .noHeader(file, key) }
    build = Build(
      os: header["os"] ?? "", arch: header["arch"] ?? "", go: header["go"] ?? "",
      tags: (header["tags"] ?? "").split(separator: " ").map(String.init))
  }

  /// Escapes a field. Symbols are bytes of a binary, and the file is read on terminals. Characters that would
  /// end a field or a line are written as `\t`, `\n`, `\r`, `\\`, and those that are unsafe on a terminal as
  /// `\u001b`, `\U000e0041`.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case _ where UnsafeScalars.contains(scalar): out += UnsafeScalars.spelled(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func unescaped(_ text: Substring) -> String {
    var out = String.UnicodeScalarView()
    var rest = text.unicodeScalars
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        out.append(scalar)
        continue
      }
      guard let letter = rest.popFirst() else { break }
      switch letter {
      case "t": out.append("\t")
      case "n": out.append("\n")
      case "r": out.append("\r")
      case "u": out.append(number(4, &rest) ?? letter)
      case "U": out.append(number(8, &rest) ?? letter)
      default: out.append(letter)
      }
    }
    return String(out)
  }

  /// Reads a scalar from its number in hex digits. Returns nil, and takes nothing, if the digits are missing.
  private static func number(_ digits: Int, _ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy(\.properties.isASCIIHexDigit),
      let scalar = UInt32(String(text), radix: 16).flatMap(Unicode.Scalar.init)
    else { return nil }
    rest.removeFirst(digits)
    return scalar
  }
}

/// The reason why a baseline cannot be used.
public enum BaselineError: Error, CustomStringConvertible {
  case notABaseline(String)
  /// The file contains an unresolved merge conflict.
  case conflict(String, Int)
  case badLine(String, Int, String)
  case twice(String, Int, String)
  case noHeader(String, String)
  /// The baseline is for another build: the file, and the differences.
  case otherBuild(String, [String])

  /// A message with the problem, its place, and the remedy.
  public var description: String {
    switch self {
    case .notABaseline(let file):
      "\(file): not a baseline that this fathom reads: the first line says «# fathom baseline 1»; rewrite it with fathom baseline"
    case .conflict(let file, let line):
      "\(file):\(line): an unresolved merge conflict; resolve it, or rewrite the baseline with fathom baseline"
    case .badLine(let file, let line, let text):
      "\(file):\(line): not a row of a baseline (rule, package, function, measures, with tabs between): «\(Spelled.text(text))»"
    case .twice(let file, let line, let text):
      "\(file):\(line): duplicate row: «\(Spelled.text(text))»"
    case .noHeader(let file, let key):
      "\(file): its header does not name the \(key) that it was written for; rewrite it with fathom baseline"
    case .otherBuild(let file, let differences):
      "\(file): written for another build (\(differences.joined(separator: "; "))), so its figures cannot be compared; "
        + "check what it was written for, or rewrite it with fathom baseline and review the difference"
    }
  }
}
