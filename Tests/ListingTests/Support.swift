import Foundation
import ProgramModel

@testable import Listing

/// Text as the dialects get it: with newlines behind.
func padded(_ text: String) -> [UInt8] { Array(text.utf8) + Array(repeating: 0x0a, count: textPadding) }

func samplePath(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/\(name)").standardized
}

/// A shipped listing, as text that is safe to cut.
func sample(_ name: String) throws -> [UInt8] {
  try Array(Data(contentsOf: samplePath("listings/features.\(name).txt")))
}

/// What the detector makes of a text's beginning, in a few words.
func detected(_ bytes: [UInt8]) -> String {
  let text = bytes + Array(repeating: 0x0a, count: textPadding)
  switch DialectDetector.detect(text.span, end: bytes.count) {
  case .found(let dialect):
    return
      "\(dialect.isCompilers ? "compiler" : dialect.debugger.map { "\($0)" } ?? "\(dialect.disassembler)") \(dialect.architecture) \(dialect.syntax)"
      + (dialect.os.map { " \($0)" } ?? "") + (dialect.hasUnderscores ? " _" : "")
      + (dialect.hasGNUComments ? " //" : "")
  case .unknownArchitecture(let name): return "unknown \(name)"
  case .unnamed: return "unnamed"
  case .unnamedTargets: return "unnamed targets"
  case .empty: return "empty"
  case .notAListing: return "no listing"
  }
}
