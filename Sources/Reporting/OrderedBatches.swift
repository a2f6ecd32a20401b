import Dispatch
import Synchronization

/// Formats many records on several cores and writes them in order.
///
/// Workers take batches in order, and each waits for its turn to write before it takes the next: as many
/// batches as there are workers are in memory, however long the report is.
struct OrderedBatches {
  /// How many records there are.
  let count: Int
  /// How many a batch holds: some hundred kilobytes of NDJSON, which stay in a core's cache. Of smaller ones the
  /// workers wait for one another more often.
  var size = 256
  let jobs: Int

  /// - Parameter format: puts the records of a range.
  func write(
    to output: Output, format: @Sendable (Range<Int>, inout ByteWriter) -> Void
  ) throws(OutputError) {
    let batches = (count + size - 1) / size
    let turns = (0...batches).map { _ in DispatchSemaphore(value: 0) }
    turns[0].signal()
    let next = Atomic(0)
    let failure = Mutex<OutputError?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, batches))) { _ in
      var writer = ByteWriter(capacity: 1 << 18)
      while true {
        let batch = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard batch < batches else { return }
        let failed = failure.withLock { $0 != nil }
        writer.clear()
        if !failed { format(batch * size..<min(count, (batch + 1) * size), &writer) }
        turns[batch].wait()
        if !failed {
          do throws(OutputError) { try writer.withSpan(output.write) } catch {
            failure.withLock { $0 = $0 ?? error }
          }
        }
        turns[batch + 1].signal()
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
