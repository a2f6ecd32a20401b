import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines on standard error.
enum Errors {
  /// `fathom: what was wrong, where, what to do next`.
  static func say(_ text: String) { write("fathom: " + text + "\n") }

  /// Text as it is; that it cannot be written is no one's concern.
  static func write(_ text: String) {
    try? Output(descriptor: 2, name: "standard error").write(Array(text.utf8))
  }
}
