import ArgumentParser

/// A report and its destination, as `--format F[=FILE]` gives them.
struct FormatRequest<Format>: ExpressibleByArgument, Equatable
where Format: RawRepresentable<String> & CaseIterable & Equatable & Sendable {
  var format: Format
  /// The file; nil is standard output.
  var file: String?

  init(format: Format, file: String? = nil) {
    self.format = format
    self.file = file
  }

  /// Reads `json` or `json=report.json`; nil for an unknown format, and where the file is empty, as in
  /// `json=`.
  init?(argument: String) {
    // The bytes are split as the shell gave them: a file's name may begin with a combining mark.
    let parts = argument.utf8.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
    ).map { String(Substring($0)) }
    guard let name = parts.first, let format = Format(rawValue: name) else { return nil }
    file = parts.count > 1 ? parts[1] : nil
    if file == "" { return nil }
    self.format = format
  }

  static var allValueStrings: [String] { Format.allCases.map(\.rawValue) }

  /// Throws when two reports would run into each other. Two spellings of one file are found by
  /// ``Destination``.
  static func validate(_ all: [FormatRequest]) throws {
    if all.count(where: { $0.file == nil }) > 1 {
      throw ValidationError("two formats would go to standard output; give one a file: --format json=FILE")
    }
    let files = all.compactMap { $0.file.map { Array($0.utf8) } }
    if Set(files).count < files.count { throw ValidationError("two formats name the same file") }
  }
}
