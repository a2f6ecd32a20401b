import Foundation
import Testing

@testable import Reporting

@Suite("Output") struct OutputTests {
  #if os(Linux)
    @Test func aFullDiskIsAnError() throws {
      let file = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let error = #expect(throws: OutputError.self) {
        try Output(descriptor: file.fileDescriptor, name: "out").write([1, 2, 3])
      }
      #expect(error?.description.contains("the disk is full") == true)
    }
  #endif

  @Test func aReaderThatWentAwayIsAQuietEnd() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    #expect(throws: OutputError.closedPipe) {
      try Output(descriptor: pipe.fileHandleForWriting.fileDescriptor, name: "out").write([1])
    }
  }

  @Test func numbersAreWrittenByHand() {
    var writer = ByteWriter(capacity: 1)
    let values = [0, 9, 10, 99, 100, 12_345, Int.max, Int.min, -7]
    for value in values {
      writer.put(decimal: value)
      writer.put(" ")
    }
    for value: UInt64 in [0, 0x49a900, .max, 0x0123_4567_89ab_cdef] { writer.put(hex16: value) }
    let expected =
      values.map { "\($0) " }.joined() + "0000000000000000" + "000000000049a900" + "ffffffffffffffff"
      + "0123456789abcdef"
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
  }
}
