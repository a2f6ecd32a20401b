import ByteText
import Foundation
import Listing
import ProgramModel
import Testing

@testable import Scan

@Suite("Pieces of a file and of a pipe") struct ListingSourceTests {
  private let dialect = Dialect(disassembler: .go, architecture: .amd64, syntax: .go)

  /// A listing with a line in its middle that is longer than any that is kept.
  private func listing() throws -> [UInt8] {
    let once = try sample("amd64.go") + [0x0a]
    let long = Array(repeating: UInt8(ascii: "x"), count: ListingSource.lineLimit * 3) + [0x0a]
    return Array([once, once, once, long, once, once, once].joined())
  }

  private func withFile(_ bytes: [UInt8], _ body: (FileHandle) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    try body(handle)
  }

  /// All pieces, one behind the other, and how many they are.
  private func text(_ descriptor: CInt, _ pieceSize: Int) -> (bytes: [UInt8], count: Int, overlong: Int) {
    let source = ListingSource(descriptor: descriptor, pieceSize: pieceSize)
    var piece = ListingSource.Piece()
    var bytes: [UInt8] = []
    var count = 0
    _ = source.beginning()
    while source.next(&piece, dialect: dialect) {
      #expect(piece.index == count)
      #expect(piece.bytes[piece.end..<piece.end + textPadding].allSatisfy { $0 == 0x0a })
      bytes += piece.bytes[..<piece.end]
      count += 1
    }
    #expect(source.ending.endsInNewline && source.ending.error == 0)
    return (bytes, count, source.ending.overlongLines)
  }

  @Test(arguments: [1 << 14, 65_536, 1 << 19]) func holdTheSameText(pieceSize: Int) throws {
    let whole = try listing()
    let pipe = Pipe()
    let writer = pipe.fileHandleForWriting
    Thread.detachNewThread {
      writer.write(Data(whole))
      try? writer.close()
    }
    let fromPipe = text(pipe.fileHandleForReading.fileDescriptor, pieceSize)
    try withFile(whole) { file in
      let fromFile = text(file.fileDescriptor, pieceSize)
      #expect(fromFile.bytes == fromPipe.bytes)
      #expect(fromFile.overlong == 1 && fromPipe.overlong == 1)
      #expect(fromFile.count > 2)
    }
  }

  /// Someone may have read the beginning already: `(read line; fathom -) < file`.
  @Test func aFileIsReadFromWhereItStands() throws {
    let whole = try listing()
    try withFile(whole) { file in
      let start = try #require(whole.firstRange(of: Array("\nTEXT ".utf8))).lowerBound + 1
      try file.seek(toOffset: UInt64(start))
      #expect(text(file.fileDescriptor, 65_536).bytes.prefix(100_000) == whole[start...].prefix(100_000))
    }
  }

  @Test func aFileThatBecameShorterIsCut() throws {
    let whole = try sample("amd64.go")
    try withFile(whole) { file in
      let source = ListingSource(descriptor: file.fileDescriptor, pieceSize: 1 << 14)
      var piece = ListingSource.Piece()
      source.read(whole.count - 100..<whole.count + 100, into: &piece)
      #expect(piece.end == 100)
      #expect(source.ending.isTruncated)
      #expect(!source.next(&piece, dialect: dialect))
    }
  }
}
