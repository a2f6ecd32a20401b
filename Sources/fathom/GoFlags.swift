import ArgumentParser

/// Flags for `go build`, behind `--`.
///
/// ArgumentParser has no list behind a list (`INPUT… -- FLAGS…`), so each flag goes to it as a hidden option.
struct GoFlags: ParsableArguments {
  @Option(name: .customLong("go-build-flag"), help: .hidden)
  var list: [String] = []

  /// The arguments with what stands behind `--` spelled as options.
  static func folded(_ arguments: [String]) -> [String] {
    guard let end = arguments.firstIndex(of: "--") else { return arguments }
    return arguments[..<end] + arguments[(end + 1)...].map { "--go-build-flag=" + $0 }
  }
}
