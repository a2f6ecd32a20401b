import ByteText
import TestSupport
import Testing

@testable import Listing

@Suite("Searches over bytes, against naive ones") struct ByteSearchTests {
  /// Short texts out of few bytes, so that every search has hits, misses and near misses.
  private func forTexts(_ check: ([UInt8], Int) -> Void) {
    var random = Seeded(state: 1)
    let alphabet: [UInt8] = [
      0x09, 0x0a, 0x0d, 0x0e, 0x0f, 0, 0x20, 0x30, 0x39, 0x3a, 0x41, 0x46, 0x47, 0x61, 0x66, 0x67, 0x8a, 0x7f,
      0x80, 0xff,
    ]
    for _ in 0..<3000 {
      let length = Int.random(in: 0...40, using: &random)
      let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      check(bytes + Array(repeating: 0x0a, count: textPadding), length)
    }
  }

  @Test func firstByte() {
    var wrong = 0
    forTexts { text, length in
      for start in 0...length {
        if text.span.newline(from: start) != text[start...].firstIndex(of: 0x0a) { wrong += 1 }
        if text.span.controlCharacter(from: start) != text[start...].firstIndex(where: { $0 < 14 }) {
          wrong += 1
        }
      }
      if text.span.firstOffset(of: UInt8(0x61), in: 0..<length) != text[..<length].firstIndex(of: 0x61) {
        wrong += 1
      }
    }
    #expect(wrong == 0)
  }

  @Test func lastLineStart() {
    var wrong = 0
    forTexts { text, length in
      let starts = (0..<length).filter { $0 > 0 && text[$0 - 1] == 0x0a && text[$0] > 0x20 }
      for start in 0...length {
        for end in start...length
        where text.span.lastLineStart(below: end, from: start)
          != starts.last(where: { $0 > start && $0 < end })
        {
          wrong += 1
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test func decimalBefore() {
    var random = Seeded(state: 2)
    let others: [UInt8] = [0x00, 0x2f, 0x3a, 0x41, 0xb0, 0xb9, 0xff]
    for _ in 0..<3000 {
      let digits = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        UInt8.random(in: 0x30...0x39, using: &random)
      }
      let text = (0..<8).map { _ in others.randomElement(using: &random)! } + digits
      let last = digits.suffix(7)
      let found = (text + Array(repeating: 0x0a, count: textPadding)).span.decimal(before: text.count)
      #expect(found.digits == last.count)
      #expect(found.value == UInt32(String(decoding: last, as: UTF8.self)) ?? 0, "\(digits)")
    }
  }

  @Test func firstAndLastText() {
    var wrong = 0
    forTexts { text, length in
      let hits = (0..<length).filter { $0 + 2 <= length && text[$0] == 0x61 && text[$0 + 1] == 0x66 }
      let longer = hits.filter { $0 + 3 <= length && text[$0 + 2] == 0x67 }
      for start in 0...length {
        let found = hits.filter { $0 >= start }
        if text.span.firstOffset(of: "afg", in: start..<length) != longer.first(where: { $0 >= start }) {
          wrong += 1
        }
        if text.span.firstOffset(of: "af", in: start..<length) != found.first { wrong += 1 }
        if text.span.lastOffset(of: "af", in: start..<length) != found.last { wrong += 1 }
        let last = text[start..<length].lastIndex(of: 0x61)
        if text.span.lastOffset(of: UInt8(0x61), in: start..<length) != last { wrong += 1 }
      }
      for i in -3...length
      where text.span.has("af", at: i) != (i >= 0 && text[i] == 0x61 && text[i + 1] == 0x66) {
        wrong += 1
      }
    }
    #expect(wrong == 0)
  }

  @Test func numbers() {
    var wrong = 0
    forTexts { text, length in
      for start in 0...length {
        let digits = text[start...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let decimal = text.span.decimal(from: start)
        if decimal.end != digits.endIndex { wrong += 1 }
        if let value = Int64(String(decoding: digits, as: UTF8.self)), value != decimal.value { wrong += 1 }
        let hex = text[start...].prefix {
          Character(UnicodeScalar($0)).isASCII && Character(UnicodeScalar($0)).isHexDigit
        }
        let found = text.span.hexadecimal(from: start)
        if found.end != hex.endIndex { wrong += 1 }
        if let value = UInt64(String(decoding: hex.suffix(16), as: UTF8.self), radix: 16),
          value != found.value
        {
          wrong += 1
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test func numbersThatAreTooLarge() {
    let text = padded("99999999999999999999999 0123456789abcdef0123")
    #expect(text.span.decimal(from: 0) == (Int64.max, 23))
    #expect(text.span.hexadecimal(from: 24) == (0x4567_89ab_cdef_0123, 44))
  }

  @Test func wordsAreLittleEndian() {
    #expect(padded("abcdefgh").span.word(at: 0) == 0x6867_6665_6463_6261)
  }
}
