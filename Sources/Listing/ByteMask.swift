import ByteText

#if arch(x86_64)
  import _Builtin_intrinsics.intel
#endif

/// A property of each of 64 bytes of a text, one bit each, the first byte lowest.
///
/// Where a field ends is then a count of zeros, however long it is: a loop over words costs a mispredicted branch
/// for each field whose length is not that of the line before.
struct ByteMask {
  /// Control characters: bytes below 14, as ``Swift/Span/controlCharacter(from:)`` has it.
  let controls: UInt64
  let newlines: UInt64

  @inline(__always)
  init(_ base: UnsafeRawPointer, _ offset: Int) {
    let a = unsafe Self.part(base, offset)
    let b = unsafe Self.part(base, offset &+ 16)
    let c = unsafe Self.part(base, offset &+ 32)
    let d = unsafe Self.part(base, offset &+ 48)
    controls = a.controls | b.controls &<< 16 | c.controls &<< 32 | d.controls &<< 48
    newlines = a.newlines | b.newlines &<< 16 | c.newlines &<< 32 | d.newlines &<< 48
  }

  /// Which of sixteen bytes begin a line with something else than a blank; the byte before them is looked at.
  @inline(__always)
  static func lineStarts(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    #if arch(x86_64)
      let bytes = unsafe base.loadUnaligned(fromByteOffset: offset, as: __m128i.self)
      let before = unsafe base.loadUnaligned(fromByteOffset: offset &- 1, as: __m128i.self)
      let visible = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x21)), bytes)
      return bits(_mm_and_si128(visible, _mm_cmpeq_epi8(before, _mm_set1_epi8(0x0a))))
    #else
      let bytes = unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
      let before = unsafe base.loadUnaligned(fromByteOffset: offset &- 1, as: SIMD16<UInt8>.self)
      return bits((bytes .> 0x20) .& (before .== 0x0a))
    #endif
  }

  #if arch(x86_64)
    /// Of sixteen bytes.
    @inline(__always)
    private static func part(_ base: UnsafeRawPointer, _ offset: Int) -> (controls: UInt64, newlines: UInt64)
    {
      let bytes = unsafe base.loadUnaligned(fromByteOffset: offset, as: __m128i.self)
      return (
        bits(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(13)), bytes)),
        bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x0a)))
      )
    }

    @inline(__always)
    private static func bits(_ marks: __m128i) -> UInt64 {
      UInt64(truncatingIfNeeded: UInt32(bitPattern: _mm_movemask_epi8(marks)))
    }
  #else
    /// Of sixteen bytes.
    @inline(__always)
    private static func part(_ base: UnsafeRawPointer, _ offset: Int) -> (controls: UInt64, newlines: UInt64)
    {
      let bytes = unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
      return (bits(bytes .< 14), bits(bytes .== 0x0a))
    }

    @inline(__always)
    private static func bits(_ marks: SIMDMask<SIMD16<Int8>>) -> UInt64 {
      let ones = unsafe unsafeBitCast(marks, to: SIMD2<UInt64>.self) & 0x0101_0101_0101_0101
      // The lowest bits of eight bytes, moved side by side into the highest byte.
      let packed = (ones &* 0x0102_0408_1020_4080) &>> 56
      return packed[0] | packed[1] &<< 8
    }
  #endif
}

extension Span where Element == UInt8 {
  /// Where the last line begins, behind `start` and before `end`, whose first byte is neither a blank nor a control
  /// character; nil for none.
  public func lastLineStart(below end: Int, from start: Int) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var i = end
      while i - 16 > start {
        let marks = unsafe ByteMask.lineStarts(base, i - 16)
        if marks != 0 { return i - 1 - (marks << 48).leadingZeroBitCount }
        i -= 16
      }
      while i - 1 > start {
        i -= 1
        if unsafe bytes[i - 1] == 0x0a, unsafe bytes[i] > 0x20 { return i }
      }
      return nil
    }
  }
}
