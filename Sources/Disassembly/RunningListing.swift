import Dispatch
public import GoBinary
import ProgramModel
import SystemPackage

/// A disassembler at work. Read its text from ``output`` to the end with read(2), then call
/// ``finish()``: only that tells a whole listing from one that broke off. Letting go of it ends the tool.
public final class RunningListing: Sendable {
  /// Who prints it.
  public let tool: Tool
  private let path: FilePath
  /// Is on disk as long as it is read.
  private let part: ExtractedPart?
  private let child: ChildProcess

  /// Starts a disassembler on a binary.
  ///
  /// - Parameters:
  ///   - tool: see ``Toolbox/choose(for:kind:)``.
  ///   - binary: what it is to read.
  ///   - part: the binary as a file of its own, where ``BinaryFile/path`` is of a universal file.
  ///   - range: addresses to print, as of one function; nil for all.
  ///   - symbols: which functions to print, a regular expression for Go's objdump; nil for all.
  ///   - environment: what it gets, but for a few variables that are always the same.
  /// - Throws: ``DisassemblyError/notStarted(_:_:)``.
  public init(
    _ tool: Tool, on binary: BinaryFile, part: ExtractedPart? = nil, range: Range<UInt64>? = nil,
    symbols: String? = nil,
    environment: ChildEnvironment = .current
  ) throws(DisassemblyError) {
    self.tool = tool
    path = part?.path ?? binary.path
    self.part = part
    do {
      child = try ChildProcess(
        Command(
          executable: tool.path,
          arguments: tool.arguments(for: path, binary.arch, range: range, symbols: symbols),
          environment: environment.forDisassembler, limits: Self.limits(binary)))
    } catch {
      throw .notStarted(tool.path, error)
    }
  }

  /// GNU's objdump takes about six times a binary's size, and on arm 12 minutes for cmd/compile.
  private static func limits(_ binary: BinaryFile) -> Command.Limits {
    Command.Limits(kibibytes: max(4 << 20, binary.size >> 10 &* 64), seconds: 3600)
  }

  /// The descriptor to read the text from; stays open as long as this object lives.
  ///
  /// llvm-objdump writes every line by itself. Who waits 100 µs after a read that gave less than 32 KiB
  /// lets the pipe fill: 2.4 s instead of 3.2 for cmd/compile, and GNU objdump gains as well (1.8, 2.0).
  public var output: CInt { child.output.rawValue }

  /// The process, which is the leader of its group.
  public var processID: CInt { child.pid }

  /// Waits for the tool's end; to be called when ``output`` is at its end.
  ///
  /// - Returns: what it wrote on standard error though it succeeded; nil when nothing.
  /// - Throws: ``DisassemblyError/failed(_:_:reason:errors:)`` when it failed: the text is not whole.
  public func finish() async throws(DisassemblyError) -> String? {
    let ending = await child.ending()
    guard ending.isSuccess else { throw .failed(tool, path, reason: ending.reason, errors: ending.errors) }
    return ending.errors.isEmpty ? nil : ending.errors
  }

  /// Looks how the tool ends whose text is of no use: it may have said why. One that prints on and on, or does not
  /// end, is ended.
  ///
  /// - Throws: ``DisassemblyError/failed(_:_:reason:errors:)`` when it failed by itself.
  public func discard() async throws(DisassemblyError) {
    let deadline = Deadline(child, seconds: Self.patience)
    let isWhole = await withCheckedContinuation { continuation in
      DispatchQueue(label: "fathom.discard").async { [child] in
        continuation.resume(returning: child.passOver(Self.discarded))
      }
    }
    if !isWhole { child.stop() }
    let ending = await child.ending()
    guard isWhole, !deadline.isOver(), !ending.isSuccess else { return }
    throw .failed(tool, path, reason: ending.reason, errors: ending.errors)
  }

  /// More than any tool prints of what it cannot read, in bytes.
  private static let discarded = 64 << 20
  /// How long it may take to end, in seconds.
  private static let patience = 10

  /// Ends the tool, as when nobody wants the rest: ``output`` comes to its end.
  public func cancel() { child.stop() }
}
