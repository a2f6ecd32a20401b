import Dispatch

/// Work on the elements of an array on several cores.
enum Parallel {
  /// Changes each element. Workers take ranges of elements, so that even small elements are worth a worker.
  static func forEach<Element>(
    _ elements: inout [Element], jobs: Int, _ body: @Sendable (inout Element) -> Void
  ) {
    let stretch = max(1, elements.count / (max(1, jobs) * 8))
    let stretches = (elements.count + stretch - 1) / stretch
    unsafe elements.withUnsafeMutableBufferPointer { buffer in
      let shared = unsafe Shared(buffer: buffer)
      DispatchQueue.concurrentPerform(iterations: stretches) { index in
        let end = unsafe min((index + 1) * stretch, shared.buffer.count)
        for i in index * stretch..<end { unsafe body(&shared.buffer[i]) }
      }
    }
  }

  /// The elements, shared by the workers; each element is touched by only one of them.
  @safe
  private struct Shared<Element>: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Element>
  }
}
