import Dispatch
import Synchronization

/// Formats many records on several cores and writes them in order.
///
/// A batch that is not the next to be written is left with its buffer, and the worker that writes the batch
/// before it writes it as well: no worker waits for another unless all buffers are full. However long the
/// report is, there are no more batches in memory than buffers.
struct OrderedBatches {
  /// The number of records.
  let count: Int
  /// The number of records in a batch: some hundred kilobytes of NDJSON, which stay in a core's cache.
  var size = 64
  /// The most workers.
  let jobs: Int

  /// The memory of one batch. A single worker uses it at a time, which the lock of ``State`` ensures.
  private final class Buffer: @unchecked Sendable {
    // Memory that is not touched costs nothing; growing does.
    var writer = ByteWriter(capacity: 1 << 19)
  }

  /// The state that workers share, behind a lock.
  private struct State {
    var free: [Buffer]
    /// The batch that is handed out next, and the batch that is written next.
    var next = 0
    var written = 0
    /// The batches that are formatted and wait for those before them.
    var waiting: [Int: Buffer] = [:]
    var isWriting = false
    var failure: OutputError?

    /// Takes a formatted batch.
    ///
    /// - Returns: the buffer that its worker writes now; nil where another worker is writing, or the batch
    ///   has to wait.
    mutating func isReady(_ batch: Int, _ buffer: Buffer) -> Buffer? {
      waiting[batch] = buffer
      return isWriting ? nil : take()
    }

    /// Takes a buffer back.
    ///
    /// - Returns: the buffer that is to be written now; nil where none is ready.
    mutating func hasWritten(_ buffer: Buffer, _ error: OutputError?) -> Buffer? {
      free.append(buffer)
      written += 1
      failure = failure ?? error
      return take()
    }

    /// Takes the batch that is to be written next; nil where it is not formatted yet, or after an error.
    private mutating func take() -> Buffer? {
      let buffer = failure == nil ? waiting.removeValue(forKey: written) : nil
      isWriting = buffer != nil
      return buffer
    }
  }

  /// Formats and writes all records. Throws the first error of the output; then no more batches are begun.
  ///
  /// - Parameter format: puts the records of a range.
  func write(
    to output: Output, format: @Sendable (Range<Int>, inout ByteWriter) -> Void
  ) throws(OutputError) {
    let batches = (count + size - 1) / size
    let workers = max(1, min(jobs, batches))
    let buffers = workers == 1 ? 1 : workers * 3
    // A worker that has a buffer takes the lowest batch that is left, so the batch that is to be written next
    // always has a buffer.
    let room = DispatchSemaphore(value: 0)
    for _ in 0..<buffers { room.signal() }
    let state = Mutex(State(free: (0..<buffers).map { _ in Buffer() }))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        room.wait()
        let taken: (batch: Int, buffer: Buffer)? = state.withLock { state in
          guard state.next < batches, state.failure == nil, let buffer = state.free.popLast() else {
            return nil
          }
          state.next += 1
          return (state.next - 1, buffer)
        }
        guard let (batch, buffer) = taken else {
          // This is for the next worker, which ends as well.
          room.signal()
          return
        }
        buffer.writer.clear()
        format(batch * size..<min(count, (batch + 1) * size), &buffer.writer)
        var ready = state.withLock { $0.isReady(batch, buffer) }
        while let buffer = ready {
          var failure: OutputError?
          do throws(OutputError) { try buffer.writer.withSpan(output.write) } catch { failure = error }
          ready = state.withLock { $0.hasWritten(buffer, failure) }
          room.signal()
        }
      }
    }
    if let error = state.withLock({ $0.failure }) { throw error }
  }
}
