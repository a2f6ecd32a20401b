import ArgumentParser

/// The flags for `go build` after `--`.
///
/// ArgumentParser allows no list after a list (`INPUT… -- FLAGS…`), so each flag is passed to it as a hidden
/// option.
struct GoFlags: ParsableArguments {
  @Option(name: .customLong("go-build-flag"), help: .hidden)
  var list: [String] = []

  /// Returns the arguments, with those after `--` spelled as options.
  ///
  /// `check ./... -- -tags=x` becomes `check ./... --go-build-flag=-tags=x`. Only the first `--` is replaced.
  static func folded(_ arguments: [String]) -> [String] {
    guard let end = arguments.firstIndex(of: "--") else { return arguments }
    return arguments[..<end] + arguments[(end + 1)...].map { "--go-build-flag=" + $0 }
  }
}
