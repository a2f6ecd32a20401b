import Testing

@testable import Evidence

@Suite("Words of a stack, as they are printed") struct StackWordsTests {
  private func pieces(_ text: String) -> [String]? {
    StackWords(Array(text.utf8).span)?.pieces.map { piece in
      String(piece.address, radix: 16) + " "
        + piece.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }

  private static let bytes = "a5d3460000000000010000000000000018470000c000000000112233445566ff"

  @Test(arguments: [
    "0xc000047f18:\t0x000000000046d3a5\t0x0000000000000001\n0xc000047f28:\t0x000000c000004718\t0xff66554433221100\n",
    "0xc000047f18 <main.buf+8>:\t0x000000000046d3a5\t0x0000000000000001\r\n0xc000047f28:\t0x000000c000004718\t0xff66554433221100",
    "0xc000047f18:   0x000000000046d3a5   0x0000000000000001   0x000000c000004718   0xff66554433221100   \n",
    "0xc000047f18:\t0x0046d3a5\t0x00000000\t0x00000001\t0x00000000\n0xc000047f28:\t0x00004718\t0x000000c0\t0x33221100\t0xff665544\n",
    "0xc000047f18:   0xa5   0xd3   0x46   0x00   0x00   0x00   0x00   0x00\n0xc000047f20: 0x01 0x00 0x00 0x00 0x00 0x00 0x00 0x00\n"
      + "0xc000047f28: 0x18 0x47 0x00 0x00 0xc0 0x00 0x00 0x00 0x00 0x11 0x22 0x33 0x44 0x55 0x66 0xff\n",
    "c000047f18  a5 d3 46 00 00 00 00 00  01 00 00 00 00 00 00 00  |..F.....be ef 00|\n"
      + "c000047f28  18 47 00 00 c0 00 00 00  00 11 22 33 44 55 66 ff  |.G..............|\nc000047f38\n",
    "c000047f18: a5d3 4600 0000 0000 0100 0000 0000 0000  ..F.............\n"
      + "c000047f28: 1847 0000 c000 0000 0011 2233 4455 66ff  beef beef\n",
    "c000047f18 000000000046d3a5 0000000000000001\nc000047f28 000000c000004718 ff66554433221100\nc000047f38\n",
  ])
  func theSameHoweverPrinted(text: String) {
    #expect(pieces(text) == ["c000047f18 \(Self.bytes)"])
  }

  /// `*` stands for lines like the one before.
  @Test func repeatedLines() {
    let zeros = "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    let text = "00001000  \(zeros)  |................|\n*\n00001040\n"
    #expect(pieces(text) == ["1000 " + String(repeating: "0", count: 128)])
    // Too much, or not of whole lines: a gap.
    #expect(pieces("00001000  \(zeros)\n00001010  \(zeros)\n*\nf0001000  \(zeros)\n")?.count == 2)
  }

  @Test(arguments: [
    "", "\n\n", "panic: runtime error\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12 +0x1d\n",
    "0x1000:\t0x0000000000000001\n", "*\n*\n", "0x: 0x", "deadbeef",
    "0000000 d3a5 0046 0000 0000 0001 0000 0000 0000\n",
    "2026/11/28 10:00:00 12 34 56 78 9a bc de f0\n",
  ])
  func none(text: String) {
    #expect(pieces(text) == nil)
  }

  @Test func mappings() {
    let text =
      "555555554000-5555555de000 r--p 00000000 fe:00 16351817                   /home/me/my app\n"
      + "5555555de000-55555569c000 r-xp 0008a000 fe:00 16351817                   /home/me/my app\n"
      + "7ffff7fc0000-7ffff7fc4000 r--p 00000000 00:00 0                          [vvar]\nnonsense\n-1-2 r 0 0 0 x\n"
    let map = MemoryMap(Array(text.utf8).span)
    #expect(map.slide(of: "my app", offset: 0x8a400, address: 0x48a400) == 0x5555_5515_4000)
    #expect(
      map.slide(of: "my app", offset: 0x200000, address: 0) == nil
        && map.slide(of: "app", offset: 0, address: 0) == nil)
    #expect(!map.isEmpty && MemoryMap(Array("app".utf8).span).isEmpty)
  }
}
