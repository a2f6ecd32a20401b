import Dispatch
import Synchronization

/// Ends a process that is still there when its time is up.
final class Deadline: Sendable {
  private enum State {
    case running, over, called
  }

  private let state = Mutex(State.running)

  /// - Parameter seconds: how long it may take from now on.
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

  /// Calls it off, once the process has ended; says whether it came first.
  func isOver() -> Bool {
    state.withLock { state in
      if case .over = state { return true }
      state = .called
      return false
    }
  }
}
