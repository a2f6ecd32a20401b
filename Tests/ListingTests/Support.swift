import ByteText
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

/// The detector's answer for a text's beginning.
func finding(_ bytes: [UInt8]) -> DialectDetector.Finding {
  let text = bytes + Array(repeating: 0x0a, count: textPadding)
  return DialectDetector.detect(text.span, end: bytes.count)
}

/// What the detector makes of a text's beginning, in a few words.
func detected(_ bytes: [UInt8]) -> String {
  switch finding(bytes) {
  case .found(let dialect):
    return
      "\(dialect.format == .binutils ? "\(dialect.disassembler)" : "\(dialect.format)") \(dialect.architecture) \(dialect.syntax)"
      + (dialect.os.map { " \($0)" } ?? "") + (dialect.hasUnderscores ? " _" : "")
      + (dialect.hasGNUComments ? " //" : "")
  case .unknownArchitecture(let name): return "unknown \(name)"
  case .unnamed: return "unnamed"
  case .unnamedTargets: return "unnamed targets"
  case .empty: return "empty"
  case .damaged(let example): return "damaged: \(example)"
  case .notAListing: return "no listing"
  }
}
