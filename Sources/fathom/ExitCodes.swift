/// What fathom's process ends with.
enum ExitCodes {
  static let clean: Int32 = 0
  /// Something to look at: what `verify` disagrees on.
  static let findings: Int32 = 1
  /// An error, usage included.
  static let error: Int32 = 2
}
