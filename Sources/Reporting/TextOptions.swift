/// The look of a text report.
public struct TextOptions: Sendable {
  /// The order of the functions.
  public enum Sort: String, CaseIterable, Sendable {
    case frame, size, defers, atomics, calls, name
  }

  /// How much is shown.
  public enum Detail: Sendable {
    case quiet, normal, verbose
  }

  /// The columns of the terminal.
  public var width: Int
  /// Whether colours are used.
  public var isColored: Bool
  /// The most rows of a section.
  public var top: Int
  /// The order of the functions.
  public var sort: Sort
  /// How much is shown.
  public var detail: Detail
  /// The time that the run took, for the title; nil keeps the report the same from run to run.
  public var elapsed: Duration?

  /// Makes the options of a text report.
  public init(
    width: Int = 80, isColored: Bool = false, top: Int = 10, sort: Sort = .frame, detail: Detail = .normal,
    elapsed: Duration? = nil
  ) {
    self.width = width
    self.isColored = isColored
    self.top = top
    self.sort = sort
    self.detail = detail
    self.elapsed = elapsed
  }
}
