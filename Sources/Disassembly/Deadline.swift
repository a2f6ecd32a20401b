import Dispatch
import Synchronization

/// Kills a process that still runs when its time is up.
final class Deadline: Sendable {
  private enum State {
    case running, over, called
  }

  private let state = Mutex(State.running)

  /// Starts the clock.
  ///
  /// - Parameters:
  ///   - child: the process.
  ///   - seconds: the time that it may take from now on.
  init(_ child: ChildProcess, seconds: Int) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [weak child, weak self] in
      guard let child, let self else { return }
      let isOver = self.state.withLock { state in
        guard case .running = state else { return false }
        state = .over
        return true
      }
      if isOver { child.stop() }
    }
  }

  /// Cancels the deadline after the process has ended. Returns whether the time was up before.
  func isOver() -> Bool {
    state.withLock { state in
      if case .over = state { return true }
      state = .called
      return false
    }
  }
}
