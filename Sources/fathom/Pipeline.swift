import ProgramModel
import Reporting

// The seam to module Scan. Until `scan(_:options:)` is there, these stand in for it.

struct Progress: Sendable {
  var text: String
}

struct ScanOptions: Sendable {
  var disassembler: Disassembler?
  var jobs = 1
  var modulePrefix: String?
  var goFlags: [String] = []
  var capture: (@Sendable (Function, NameTable) -> Bool)?
  var progress: (@Sendable (Progress) -> Void)?
}

struct ScanResult: Sendable {
  var program: Program
  var listings: [UInt64: [ListedInstruction]]
  var warnings: [String]
}

func scan(_ input: [CChar], options: ScanOptions) async throws -> ScanResult {
  throw FathomError("this build of fathom reads nothing yet")
}
