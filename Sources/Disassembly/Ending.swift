/// The way in which a process ended.
struct Ending: Sendable {
  enum Status: Hashable, Sendable {
    case exited(CInt)
    case signalled(CInt)
    /// fathom killed it because it wrote more than fathom keeps: the limit, in bytes.
    case tooMuch(Int)
  }

  var status: Status
  /// Its standard error; the middle is left out where that is long.
  var errors: String

  var isSuccess: Bool { status == .exited(0) }

  /// The ending in words, for messages: `it exited with status 1`.
  var reason: String {
    switch status {
    case .exited(let code): "it exited with status \(code)"
    case .signalled(let signal): "it was ended by signal \(signal)"
    case .tooMuch(let limit): "it wrote more than \(limit >> 20) MiB"
    }
  }
}
