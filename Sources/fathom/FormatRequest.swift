import ArgumentParser

/// `--format F[=FILE]`: a report, and where it goes.
struct FormatRequest<Format>: ExpressibleByArgument, Equatable
where Format: RawRepresentable<String> & CaseIterable & Equatable & Sendable {
  var format: Format
  /// nil is standard output.
  var file: String?

  init(format: Format, file: String? = nil) {
    self.format = format
    self.file = file
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, let format = Format(rawValue: String(name)) else { return nil }
    file = parts.count > 1 ? String(parts[1]) : nil
    if file == "" { return nil }
    self.format = format
  }

  static var allValueStrings: [String] { Format.allCases.map(\.rawValue) }

  /// Throws when two reports would run into each other.
  static func validate(_ all: [FormatRequest]) throws {
    if all.count(where: { $0.file == nil }) > 1 {
      throw ValidationError("two formats would go to standard output; give one a file: --format json=FILE")
    }
    let files = all.compactMap(\.file)
    if Set(files).count < files.count { throw ValidationError("two formats name the same file") }
  }
}
