import Foundation
import Synchronization
import Testing

@testable import Reporting

@Suite("Batches that several workers format") struct OrderedBatchesTests {
  @Test("come in order, however long each takes", arguments: [0, 1, 3, 64, 1000])
  func inOrder(count: Int) throws {
    for jobs in 1...4 {
      for size in [1, 7, 64] {
        let output = Output()
        var batches = OrderedBatches(count: count, jobs: jobs)
        batches.size = size
        try batches.write(to: output) { range, out in
          // The first ones take longest.
          var work = (count - range.lowerBound) * 50
          while work > 0 { work -= 1 }
          for i in range {
            out.put(decimal: i)
            out.put("\n")
          }
        }
        #expect(output.contents == Array((0..<count).map { "\($0)\n" }.joined().utf8))
      }
    }
  }

  #if os(Linux)
    @Test("end with the first error of the output, and no worker waits for ever")
    func failing() throws {
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let formatted = Atomic(0)
      var batches = OrderedBatches(count: 10_000, jobs: 4)
      batches.size = 1
      #expect(throws: OutputError.self) {
        try batches.write(to: Output(descriptor: full.fileDescriptor, name: "full")) { range, out in
          formatted.add(range.count, ordering: .relaxed)
          out.put("some text")
        }
      }
      #expect(formatted.load(ordering: .relaxed) < 10_000)
    }
  #endif
}
