/// How a text report looks.
public struct TextOptions: Sendable {
  /// What the functions are sorted by.
  public enum Sort: String, CaseIterable, Sendable {
    case frame, size, defers, atomics, calls, name
  }

  /// How much of it there is.
  public enum Detail: Sendable {
    case quiet, normal, verbose
  }

  /// Columns of the terminal.
  public var width: Int
  /// Whether the terminal wants colour.
  public var isColored: Bool
  /// Rows of a section.
  public var top: Int
  /// What the functions are sorted by.
  public var sort: Sort
  /// How much of it there is.
  public var detail: Detail
  /// What the header says of the time it took; nil keeps the report the same from run to run.
  public var elapsed: Duration?

  /// - Parameters:
  ///   - width: columns of the terminal.
  ///   - isColored: whether the terminal wants colour.
  ///   - top: rows of a section.
  ///   - sort: what the functions are sorted by.
  ///   - detail: how much of it there is.
  ///   - elapsed: what the header says of the time it took.
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
