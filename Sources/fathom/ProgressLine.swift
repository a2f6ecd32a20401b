import Synchronization

/// One line on the terminal that says how far the work is, and is gone when it is done.
final class ProgressLine: Sendable {
  private let state = Mutex<(last: ContinuousClock.Instant, isShown: Bool)>((.now, false))

  /// Shows it, at most ten times a second and not within the first tenth.
  func show(_ text: String) {
    state.withLock { state in
      guard .now - state.last > .milliseconds(100) else { return }
      state = (.now, true)
      Errors.write("\r\u{1b}[K" + text)
    }
  }

  /// Wipes it.
  func clear() {
    state.withLock { state in
      if state.isShown { Errors.write("\r\u{1b}[K") }
      state.isShown = false
    }
  }
}
