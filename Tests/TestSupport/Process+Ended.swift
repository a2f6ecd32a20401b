public import Foundation

extension Process {
  /// Runs it and suspends until it ends. `waitUntilExit` would hold one of the few threads that all tests share.
  public func ended() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      terminationHandler = { _ in continuation.resume() }
      do { try run() } catch {
        terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
  }
}
