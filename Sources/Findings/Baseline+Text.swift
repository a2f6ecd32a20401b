import ProgramModel

extension Baseline {
  /// The start of the first line, of every version.
  public static let mark = "# fathom baseline "

  /// The content of the file: sorted, with one key per line, so that a review can read its changes.
  ///
  ///     # fathom baseline 2 …
  ///     looping-defer<TAB>example.com/app<TAB>drain<TAB>1
  ///     build<TAB>linux<TAB>amd64<TAB>go1.27<TAB>netgo
  ///     large-frame<TAB>example.com/app<TAB>(*Server).dispatch<TAB>8544
  ///
  /// The last field holds the measures of all findings that share the key, the largest first. Rows below a `build`
  /// hold for it alone. Rows of `frame-growth` are no findings: they hold the frames that the rule compares with.
  public var text: String {
    var out =
      "\(Self.mark)2: what is accepted; frames by build. `fathom baseline` writes it anew; review it as code.\n"
    out += Self.text(common)
    for (build, section) in builds.sorted(by: { $0.key < $1.key }) {
      let fields = ["build", build.os, build.arch, build.go, build.tags]
      out += fields.map(Self.escaped).joined(separator: "\t") + "\n" + Self.text(section)
    }
    return out
  }

  /// Returns the rows of a section. Findings come first, since reviewers look for them.
  private static func text(_ section: Section) -> String {
    func isFrame(_ key: FindingKey) -> Bool { key.rule == .frameGrowth }
    let sorted = section.rows.sorted { $0.key < $1.key }
    return (sorted.filter { !isFrame($0.key) } + sorted.filter { isFrame($0.key) }).reduce(into: "") {
      out, row in
      let fields = [row.key.rule.rawValue, row.key.package, row.key.function].map(escaped)
      out += (fields + [row.value.map(String.init).joined(separator: " ")]).joined(separator: "\t") + "\n"
    }
  }

  /// Reads the content of a file. Of version 1, whose header names the only build, too.
  ///
  /// - Parameters:
  ///   - text: the content.
  ///   - file: the name of the file in messages.
  /// - Throws: ``BaselineError`` with the line that is wrong.
  public init(_ text: String, file: String) throws(BaselineError) {
    self.init()
    if let line = TextLines.conflict(in: text) { throw .conflict(file, line) }
    let lines = TextLines.of(text)
    guard let version = Self.version(lines[0]), 1...2 ~= version else { throw .notABaseline(file) }
    let isOld = version == 1
    /// The build of the rows that follow; none above the first one.
    var build: Build?
    var header: [String: String] = [:]
    for (i, line) in lines.enumerated() where !line.isEmpty && line.utf8.first != UInt8(ascii: "#") {
      let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
        Self.unescaped(Substring($0))
      }
      if isOld, fields.count == 2, header[fields[0]] == nil, Self.oldHeader.contains(fields[0]) {
        header[fields[0]] = fields[1]
        build = Self.build(header)
        if let build { builds[build] = Section() }
      } else if !isOld, fields.count == 5, fields[0] == "build" {
        let next = Build(
          os: fields[1], arch: fields[2], go: fields[3],
          tags: fields[4].split(separator: " ").map(String.init))
        guard builds[next] == nil else { throw .twice(file, i + 1, String(line)) }
        builds[next] = Section()
        build = next
      } else {
        try addRow(fields, build, file, i + 1, line)
      }
    }
    if isOld {
      if let missing = Self.oldHeader.first(where: { header[$0] == nil }) { throw .noHeader(file, missing) }
    }
  }

  /// Returns the version that the first line names.
  private static func version(_ line: Substring) -> Int? {
    guard line.utf8.starts(with: mark.utf8) else { return nil }
    return Int(line.dropFirst(mark.count).prefix(while: \.isNumber))
  }

  private mutating func addRow(
    _ fields: [String], _ build: Build?, _ file: String, _ at: Int, _ line: Substring
  ) throws(BaselineError) {
    let measures = fields.count == 4 ? fields[3].split(separator: " ").map { Int($0) } : []
    guard let rule = RuleID(rawValue: fields[0]), !measures.isEmpty,
      !measures.contains(where: { ($0 ?? -1) < 0 }), build != nil || !rule.isOfBuild
    else { throw .badLine(file, at, String(line)) }
    let key = FindingKey(rule: rule, package: fields[1], function: fields[2])
    let section = rule.isOfBuild ? build.flatMap { builds[$0] } : common
    guard section?.rows[key] == nil else { throw .twice(file, at, String(line)) }
    add(
      key, measures.compactMap(\.self), build ?? .any, line: at)
  }

  // MARK: Version 1

  private static let oldHeader = ["os", "arch", "go", "tags"]

  /// Returns the build of a whole header; nil as long as a part is missing.
  private static func build(_ header: [String: String]) -> Build? {
    guard header.count == oldHeader.count else { return nil }
    return Build(
      os: header["os"] ?? "", arch: header["arch"] ?? "", go: header["go"] ?? "",
      tags: (header["tags"] ?? "").split(separator: " ").map(String.init))
  }

  // MARK: Fields

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
