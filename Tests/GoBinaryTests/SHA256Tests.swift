import GoBinary
import ProgramModel
import SystemPackage
import Testing

/// The vectors of FIPS 180-4 (NIST's examples) and what coreutils' sha256sum says.
struct SHA256Tests {
  /// FIPS 180-4's message of two blocks, 896 bits.
  private static let twoBlocks =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (twoBlocks, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
  ])
  func publishedVectors(message: String, hash: String) {
    #expect(SHA256.hex(of: Array(message.utf8)) == hash)
  }

  @Test func aMillionAs() {
    #expect(
      SHA256.hex(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesMakeNoDifference() {
    let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for size in [1, 7, 55, 56, 63, 64, 65, 128] {
      var hash = SHA256()
      for start in stride(from: 0, to: message.count, by: size) {
        hash.update(Array(message[start..<min(start + size, message.count)]))
      }
      #expect(hash.finish() == SHA256.hex(of: message))
    }
  }

  /// Every way in which a length can end in a block, and a few of many blocks, against sha256sum.
  @Test func everyLength() throws {
    let folder = try scratchFolder()
    let lengths = Array(0...130) + [191, 192, 193, 1023, 4096, 65_537]
    try shell(
      """
      seq 20000 >text
      for n in \(lengths.map(String.init).joined(separator: " ")); do
        head -c $n text | sha256sum | cut -c1-64
      done >sums
      """, in: folder)
    let text = try contents(of: folder.appending("text"))
    let sums = String(decoding: try contents(of: folder.appending("sums")), as: UTF8.self)
      .split(separator: "\n")
    #expect(sums.count == lengths.count)
    for (length, sum) in zip(lengths, sums) {
      #expect(SHA256.hex(of: text.prefix(length)) == sum, "\(length)")
    }
  }

  @Test func ofAFile() throws {
    let folder = try scratchFolder()
    let path = try buildProgram("linux/amd64", in: folder)
    try shell("sha256sum program | cut -d' ' -f1 | tr -d '\\n' >sum", in: folder)
    let sum = String(decoding: try contents(of: folder.appending("sum")), as: UTF8.self)
    #expect(try BinaryFile(path: path).contentHash() == sum)
  }
}
