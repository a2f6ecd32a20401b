import Synchronization

/// A line on the terminal that shows the progress of the work, and disappears when the work is done.
final class ProgressLine: Sendable {
  /// The time of the last text, or of the beginning, and whether a text is on the line.
  private let state = Mutex<(last: ContinuousClock.Instant, isShown: Bool)>((.now, false))

  /// Shows a text, at most ten times a second and not within the first tenth of a second.
  func show(_ text: String) {
    state.withLock { state in
      guard .now - state.last > .milliseconds(100) else { return }
      state = (.now, true)
      Errors.write("\r\u{1b}[K" + text)
    }
  }

  /// Erases the line.
  func clear() {
    state.withLock { state in
      if state.isShown { Errors.write("\r\u{1b}[K") }
      state.isShown = false
    }
  }
}
