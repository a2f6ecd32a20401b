/// A line of source code.
public struct SourceLocation: Hashable, Sendable {
  /// The file as the input names it: a whole path, or only its last element, as in Go's objdump.
  public var file: NameID
  /// The line's number, from 1.
  public var line: Int32

  /// Creates a location.
  ///
  /// - Parameters:
  ///   - file: the file as the input names it.
  ///   - line: the line's number, from 1.
  public init(file: NameID, line: Int32) {
    self.file = file
    self.line = line
  }
}
