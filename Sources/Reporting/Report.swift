public import ProgramModel

/// The common parts of every report of a scan.
public struct Report: Sendable {
  /// The model.
  public var program: Program
  /// The selection of its functions that is reported.
  public var selection: Selection
  /// The version of this fathom.
  public var version: String
  /// How many cores may work on the report.
  public var jobs: Int

  /// Makes a report with all its parts.
  public init(program: Program, selection: Selection = Selection(), version: String, jobs: Int) {
    self.program = program
    self.selection = selection
    self.version = version
    self.jobs = jobs
  }
}
