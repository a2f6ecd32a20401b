/// SHA-256 (FIPS 180-4), computed piece by piece.
///
/// It is implemented here because swift-crypto compiles BoringSSL, which would add minutes to every build of
/// fathom for one hash that guards no secret.
public struct SHA256: Sendable {
  private var state = Registers()
  /// The bytes of a block that is not yet complete.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// Creates the hash of an empty message.
  public init() {}

  /// Returns the hash of some bytes, as 64 hex digits.
  public static func hex(of bytes: some Collection<UInt8>) -> String {
    var hash = SHA256()
    hash.update(Array(bytes))
    return hash.finish()
  }

  /// Appends bytes to the message.
  public mutating func update(_ bytes: [UInt8]) {
    length &+= UInt64(bytes.count)
    var start = 0
    if !pending.isEmpty {
      start = min(64 - pending.count, bytes.count)
      pending += bytes[..<start]
      guard pending.count == 64 else { return }
      compress(pending[...])
      pending.removeAll(keepingCapacity: true)
    }
    let end = bytes.count - (bytes.count - start) % 64
    compress(bytes[start..<end])
    pending += bytes[end...]
  }

  /// Ends the message and returns its hash, as 64 hex digits.
  public mutating func finish() -> String {
    let bits = length &* 8
    var padding: [UInt8] = [0x80]
    padding += [UInt8](repeating: 0, count: (119 - Int(length % 64)) % 64)
    for shift in stride(from: 56, through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    update(padding)
    return state.words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Hashes whole blocks.
  private mutating func compress(_ blocks: ArraySlice<UInt8>) {
    unsafe blocks.withUnsafeBytes { blocks in
      unsafe Self.constants.withUnsafeBufferPointer { constants in
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
          guard let w = schedule.baseAddress, let k = constants.baseAddress else { return }
          // A local copy stays in registers.
          var r = state
          for block in stride(from: 0, to: blocks.count, by: 64) {
            for i in 0..<16 {
              unsafe w[i] = UInt32(
                bigEndian: blocks.loadUnaligned(fromByteOffset: block &+ i &* 4, as: UInt32.self))
            }
            let before = r
            for i in 0..<6 { unsafe r.rounds(w + i &* 8, k + i &* 8, extends: true) }
            for i in 6..<8 { unsafe r.rounds(w + i &* 8, k + i &* 8, extends: false) }
            r.add(before)
          }
          state = r
        }
      }
    }
  }

  /// The eight working variables.
  private struct Registers {
    var a: UInt32 = 0x6a09_e667
    var b: UInt32 = 0xbb67_ae85
    var c: UInt32 = 0x3c6e_f372
    var d: UInt32 = 0xa54f_f53a
    var e: UInt32 = 0x510e_527f
    var f: UInt32 = 0x9b05_688c
    var g: UInt32 = 0x1f83_d9ab
    var h: UInt32 = 0x5be0_cd19

    var words: [UInt32] { [a, b, c, d, e, f, g, h] }

    @inline(__always)
    mutating func add(_ other: Registers) {
      a &+= other.a
      b &+= other.b
      c &+= other.c
      d &+= other.d
      e &+= other.e
      f &+= other.f
      g &+= other.g
      h &+= other.h
    }

    /// Performs eight rounds, after which each variable is in its own place again: the names rotate, and no
    /// value is moved.
    ///
    /// - Parameters:
    ///   - w: the schedule, from the first round's word on.
    ///   - k: the constants, from the first round's on.
    ///   - extends: whether each round also computes the schedule's word for the sixteenth round after it.
    ///     That word does not depend on the rounds in between, so the processor works on both at once: a
    ///     fifth faster than computing all words first.
    @inline(__always)
    mutating func rounds(_ w: UnsafeMutablePointer<UInt32>, _ k: UnsafePointer<UInt32>, extends: Bool) {
      unsafe Self.round(a, b, c, &d, e, f, g, &h, Self.word(w + 0, extends) &+ k[0])
      unsafe Self.round(h, a, b, &c, d, e, f, &g, Self.word(w + 1, extends) &+ k[1])
      unsafe Self.round(g, h, a, &b, c, d, e, &f, Self.word(w + 2, extends) &+ k[2])
      unsafe Self.round(f, g, h, &a, b, c, d, &e, Self.word(w + 3, extends) &+ k[3])
      unsafe Self.round(e, f, g, &h, a, b, c, &d, Self.word(w + 4, extends) &+ k[4])
      unsafe Self.round(d, e, f, &g, h, a, b, &c, Self.word(w + 5, extends) &+ k[5])
      unsafe Self.round(c, d, e, &f, g, h, a, &b, Self.word(w + 6, extends) &+ k[6])
      unsafe Self.round(b, c, d, &e, f, g, h, &a, Self.word(w + 7, extends) &+ k[7])
    }

    @inline(__always)
    private static func round(
      _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
      _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ word: UInt32
    ) {
      let choice = g ^ (e & (f ^ g))
      let majority = (a & b) | (c & (a | b))
      h &+= (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ word
      d &+= h
      h &+= (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
    }

    @inline(__always)
    private static func word(_ w: UnsafeMutablePointer<UInt32>, _ extends: Bool) -> UInt32 {
      guard extends else { return unsafe w[0] }
      let (x, y) = unsafe (w[1], w[14])
      let low = rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3)
      let high = rotate(y, 17) ^ rotate(y, 19) ^ (y &>> 10)
      unsafe w[16] = w[0] &+ low &+ w[9] &+ high
      return unsafe w[0]
    }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
