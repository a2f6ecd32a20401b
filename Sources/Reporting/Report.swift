public import ProgramModel

/// What every report of a scan is made of.
public struct Report: Sendable {
  /// The model.
  public var program: Program
  /// Which of its functions.
  public var selection: Selection
  /// Of this fathom.
  public var version: String
  /// How many cores may work on it.
  public var jobs: Int

  /// - Parameters:
  ///   - program: the model.
  ///   - selection: which of its functions.
  ///   - version: of this fathom.
  ///   - jobs: how many cores may work on it.
  public init(program: Program, selection: Selection = Selection(), version: String, jobs: Int) {
    self.program = program
    self.selection = selection
    self.version = version
    self.jobs = jobs
  }
}
