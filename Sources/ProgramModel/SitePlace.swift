/// The source text that a call or a `go` statement comes from.
///
/// Most are in the text of the function itself, and then the line says it all. Where the compiler inlined another
/// function, the line is one of that function's: `os.OpenFile` is called at line 390 of file.go, in the text of
/// `os.Open`, and that was called at line 148 of tool.go.
public struct SitePlace: Hashable, Sendable {
  /// The calls through which the text was inlined, the innermost first; the last one is in the function itself. Empty
  /// where nothing was inlined, and where only the listing's text is known.
  @inlinable public var callers: [InlinedCall] {
    get { inlinedBy ?? [] }
    set { inlinedBy = newValue.isEmpty ? nil : newValue }
  }
  /// The source line; nil where none is known.
  @inlinable public var line: Int32? {
    get { sourceLine == 0 ? nil : sourceLine }
    set { sourceLine = newValue ?? 0 }
  }
  /// The file of the line, by the last element of its path; nil where it is the file and the text of the function
  /// itself, and where no line is known.
  @inlinable public var file: NameID? {
    get { fileIndex == UInt32.max ? nil : NameID(index: fileIndex) }
    set { fileIndex = newValue?.index ?? UInt32.max }
  }

  // A program has about 400,000 of these, most without callers: to copy nil counts no reference. The other fields avoid
  // the words that optionals cost.
  @usableFromInline var inlinedBy: [InlinedCall]?
  @usableFromInline var fileIndex: UInt32
  @usableFromInline var sourceLine: Int32

  /// Creates a place; without arguments, one that is not known.
  ///
  /// - Parameters:
  ///   - line: the source line.
  ///   - file: its file, where that is not the function's own text.
  ///   - callers: the calls through which the text was inlined, the innermost first.
  @inlinable
  public init(line: Int32? = nil, file: NameID? = nil, callers: [InlinedCall] = []) {
    inlinedBy = callers.isEmpty ? nil : callers
    fileIndex = file?.index ?? UInt32.max
    sourceLine = line ?? 0
  }

  /// The place in the text of the function itself: the line of the outermost inlined call, or the site's own line where
  /// nothing was inlined. Its file is nil where that is the function's.
  public var outermost: (file: NameID?, line: Int32?) {
    callers.last.map { ($0.call?.file, $0.call?.line) } ?? (file, line)
  }
}

/// A call that the compiler replaced by the callee's code.
public struct InlinedCall: Hashable, Sendable {
  /// The callee; nil where the input does not say.
  public var function: NameID?
  /// The location of the call; nil where none is known.
  public var call: SourceLocation?

  /// Creates a call.
  public init(function: NameID?, call: SourceLocation?) {
    self.function = function
    self.call = call
  }
}

/// A site that has a place in the source text.
public protocol PlacedSite {
  /// The address of the site's instruction.
  var address: UInt64 { get }
  /// Its place in the source text.
  var place: SitePlace { get set }
}

extension PlacedSite {
  /// The source line; nil where none is known. It may be a line of another file: ``place`` says of which.
  public var line: Int32? { place.line }
}

extension CallSite: PlacedSite {}
extension IndirectCall: PlacedSite {}
extension GoStatement: PlacedSite {}
