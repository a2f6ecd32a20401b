#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Dispatch
import Synchronization

/// Ctrl-C and its kin: the work is cancelled, which ends the children; temporary files go; then the signal
/// does what it always does, so that a shell sees how fathom ended.
final class Interruption {
  /// The signal that came; 0 is none.
  private final class Arrival: Sendable {
    let number = Atomic<Int32>(0)
  }

  private let arrival = Arrival()
  private var sources: [any DispatchSourceSignal] = []

  /// - Parameter cancel: ends the work; called once.
  func watch(_ cancel: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      // A signal that whoever started fathom ignores (nohup) stays ignored.
      let before = signal(number, SIG_IGN)
      if unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { continue }
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { [arrival] in
        guard arrival.number.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged else {
          return Self.end(by: number)  // The second one: at once.
        }
        cancel()
        // Work that does not end within a second is not waited for.
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { Self.end(by: number) }
      }
      source.activate()
      sources.append(source)
    }
  }

  /// Ends the process by the signal that came, if one did.
  func finish() {
    let number = arrival.number.load(ordering: .relaxed)
    if number != 0 { Self.end(by: number) }
  }

  private static func end(by number: Int32) {
    ReportFile.discardPending()
    _ = signal(number, SIG_DFL)
    raise(number)
  }
}
