import ByteText
public import ProgramModel

/// Writes listings that are printed for people, or that lack names, anew as objdump prints code of a binary with
/// symbols, so that all the rest need not know of them.
public struct Rewriter: Sendable {
  private enum Form {
    case unnamed(FunctionNames)
    case compiler(CompilerListing)
    case debugger(DebuggerListing)
  }

  private let form: Form

  /// Chooses how a listing is written anew.
  ///
  /// - Parameters:
  ///   - dialect: the listing's own.
  ///   - names: those of a stripped binary, whose listing has none.
  /// - Returns: nil where the text is read as it stands.
  public init?(_ dialect: Dialect, names: FunctionNames? = nil) {
    if let names {
      form = .unnamed(names)
    } else {
      switch dialect.format {
      case .go, .binutils: return nil
      case .compiler: form = .compiler(CompilerListing(dialect.architecture))
      case .gdb: form = .debugger(DebuggerListing(.gdb, dialect.syntax))
      case .delve: form = .debugger(DebuggerListing(.delve, dialect.syntax))
      }
    }
  }

  /// The result of writing one piece of a listing.
  public struct Result: Sendable {
    /// Where the padding begins in the text that was written.
    public var end = 0
    /// The number of functions that break off before the mark that ends one in their form. Those without all of their
    /// code are left out.
    public var cuts = 0
    /// Whether the last function is one of these.
    public var endsCut = false
  }

  /// Writes a piece of whole functions.
  ///
  /// - Parameters:
  ///   - text: whole lines, with ``textPadding`` newlines behind them.
  ///   - end: where the padding begins.
  ///   - offset: where the piece stands in the listing.
  ///   - breaksFunction: the piece ends inside a function that is too long, and not where the text does.
  ///   - nextEntry: the address where the text behind the piece goes on, where that is known.
  ///   - written: filled with the new text and its padding.
  ///   - diagnostics: lines and instructions that do not come into the new text are counted here.
  public func write(
    _ text: borrowing Span<UInt8>, end: Int, offset: Int = 0, breaksFunction: Bool = false,
    nextEntry: UInt64? = nil, into written: inout [UInt8], diagnostics: inout Diagnostics
  ) -> Result {
    written.removeAll(keepingCapacity: true)
    var result = Result()
    switch form {
    case .unnamed(let names): names.name(text, end: end, nextEntry: nextEntry, into: &written)
    case .compiler(let listing):
      result = listing.write(text, end: end, from: UInt64(offset), into: &written, diagnostics: &diagnostics)
    case .debugger(let listing):
      result = listing.write(
        text, end: end, breaksFunction: breaksFunction, into: &written, diagnostics: &diagnostics)
    }
    result.end = written.count
    written.append(contentsOf: repeatElement(0x0a, count: textPadding))
    return result
  }
}
