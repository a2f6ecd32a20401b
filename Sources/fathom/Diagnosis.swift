import ProgramModel
import Reporting

/// Fills the doctor's report. The seam to module Disassembly.
enum Diagnosis {
  static func make(binary: String?, _ common: CommonOptions) async throws -> DoctorReport {
    DoctorReport(tools: [], automatic: nil, reason: "", version: Version.text)
  }
}
