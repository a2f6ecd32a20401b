/// What fathom's process ends with.
enum ExitCodes {
  static let clean: Int32 = 0
  /// An error, usage included.
  static let error: Int32 = 2
}
