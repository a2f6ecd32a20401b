/// The exit codes of fathom's process.
enum ExitCodes {
  /// The command did its work and found nothing that makes it fail. Help and the version end with it, too.
  static let clean: Int32 = 0
  /// `check` or `verify` found something, or `diff --exit-code` a difference.
  static let findings: Int32 = 1
  /// An error, wrong usage included.
  static let error: Int32 = 2
}
