import LibC

/// The reason why a report could not be written.
public enum OutputError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The reader went away (`fathom app | head`). This is no failure, and nothing more is to be done.
  case closedPipe
  /// Anything else: a full disk, a file that cannot be created.
  case failed(name: String, errno: Int32)

  /// The file that was to be written, what is wrong, and what to do.
  public var description: String {
    switch self {
    case .closedPipe: "the reader of the output went away"
    case .failed(let name, ENOSPC): "cannot write \(name): the disk is full; free some room and run it again"
    case .failed(let name, let code): "cannot write \(name): \(unsafe String(cString: strerror(code)))"
    }
  }
}
