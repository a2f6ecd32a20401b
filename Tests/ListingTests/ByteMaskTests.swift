import TestSupport
import Testing

@testable import Listing

@Suite("Sixty-four bytes at once") struct ByteMaskTests {
  /// Every byte value, at every place.
  @Test func marksWhatOneByteAfterAnotherMarks() {
    var generator = Seeded(state: 7)
    var wrong = 0
    for round in 0..<2_000 {
      let text = (0..<80).map { _ in
        // Mostly those around the limits: 0x0a, 0x0d, 0x0e, 0x80, 0x8d.
        UInt8.random(in: 0...(round % 2 == 0 ? 0x10 : 0xff), using: &generator) | (round % 4 == 0 ? 0x80 : 0)
      }
      let offset = round % 16
      let mask = unsafe text.withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe ByteMask($0, offset) }
      }
      for i in 0..<64 {
        let byte = text[offset + i]
        if (mask?.controls ?? 0) >> UInt64(i) & 1 != (byte < 14 ? 1 : 0) { wrong += 1 }
        if (mask?.newlines ?? 0) >> UInt64(i) & 1 != (byte == 0x0a ? 1 : 0) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }
}
