/// How a process came to its end.
struct Ending: Sendable {
  enum Status: Hashable, Sendable {
    case exited(CInt)
    case signalled(CInt)
    /// It was ended here, as it had written more than is kept: the limit, in bytes.
    case tooMuch(Int)
  }

  var status: Status
  /// What it wrote on standard error, the middle left out where that is long.
  var errors: String

  var isSuccess: Bool { status == .exited(0) }

  /// `it exited with status 1`.
  var reason: String {
    switch status {
    case .exited(let code): "it exited with status \(code)"
    case .signalled(let signal): "it was ended by signal \(signal)"
    case .tooMuch(let limit): "it wrote more than \(limit >> 20) MiB"
    }
  }
}
