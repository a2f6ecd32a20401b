import Synchronization

/// Passes the ending of a process to those who wait for it.
final class Watch: Sendable {
  private enum State {
    case running([CheckedContinuation<Ending, Never>])
    case ended(Ending)
  }

  private let state = Mutex(State.running([]))

  /// Resumes a continuation when the process ends, or at once if it has ended.
  func add(_ continuation: CheckedContinuation<Ending, Never>) {
    let ending: Ending? = state.withLock { state in
      switch state {
      case .ended(let ending): return ending
      case .running(let waiting):
        state = .running(waiting + [continuation])
        return nil
      }
    }
    if let ending { continuation.resume(returning: ending) }
  }

  func end(_ ending: Ending) {
    let waiting: [CheckedContinuation<Ending, Never>] = state.withLock { state in
      guard case .running(let waiting) = state else { return [] }
      state = .ended(ending)
      return waiting
    }
    for continuation in waiting { continuation.resume(returning: ending) }
  }
}
