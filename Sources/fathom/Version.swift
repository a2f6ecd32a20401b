/// The version of this fathom.
enum Version {
  /// The version in reports and in `--version`. The cache keeps the models of each version apart.
  static let text = "0.1.0"
}
