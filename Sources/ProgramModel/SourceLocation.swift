/// A line of source code.
public struct SourceLocation: Hashable, Sendable {
  /// The file as the input names it: a whole path, or only its last element (Go's objdump does that).
  public var file: NameID
  /// Counted from 1.
  public var line: Int32

  /// - Parameters:
  ///   - file: the file as the input names it.
  ///   - line: counted from 1.
  public init(file: NameID, line: Int32) {
    self.file = file
    self.line = line
  }
}
