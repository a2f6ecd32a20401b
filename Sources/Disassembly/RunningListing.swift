import Dispatch
public import GoBinary
import ProgramModel
import Synchronization
import SystemPackage

/// A running disassembler. Read its text from ``output`` to the end with read(2), then call ``finish()``:
/// only that distinguishes a whole listing from one that broke off. Releasing this object ends the tool.
public final class RunningListing: Sendable {
  /// The tool that prints the listing.
  public let tool: Tool
  private let path: FilePath
  private let child: Mutex<Child>

  private enum Child: Sendable {
    /// It starts when its text is first asked for.
    case waiting(@Sendable () throws(DisassemblyError) -> ChildProcess)
    case running(ChildProcess)
    case failed(DisassemblyError)
  }

  /// Starts a disassembler on a binary.
  ///
  /// - Parameters:
  ///   - tool: the tool, see ``Toolbox/choose(for:kind:)``.
  ///   - binary: the binary to disassemble.
  ///   - part: the binary as a file of its own, where ``BinaryFile/path`` is a universal file.
  ///   - range: the addresses to print, as of one function; nil for all.
  ///   - symbols: the functions to print, as a regular expression for Go's objdump; nil for all.
  ///   - environment: the tool's variables, apart from a few that are always the same.
  /// - Throws: ``DisassemblyError/notStarted(_:_:)``.
  public init(
    _ tool: Tool, on binary: BinaryFile, part: ExtractedPart? = nil, range: Range<UInt64>? = nil,
    symbols: String? = nil,
    environment: ChildEnvironment = .current
  ) throws(DisassemblyError) {
    self.tool = tool
    path = part?.path ?? binary.path
    let arguments = tool.arguments(for: path, binary.arch, range: range, symbols: symbols)
    do {
      let process = try ChildProcess(Self.command(tool, arguments, on: binary, environment), reading: part)
      child = Mutex(.running(process))
    } catch {
      throw .notStarted(tool.path, error)
    }
  }

  /// Prepares the listing of some functions of a large object. The tool starts when the text is first asked for, and the
  /// file of these functions exists until it ends: of many listings, only those that are read take disk and memory.
  ///
  /// - Parameters:
  ///   - tool: Go's objdump.
  ///   - archive: the archive that contains the object.
  ///   - functions: the functions, one of ``GoObject/parts``.
  ///   - object: the object.
  ///   - symbols: as for a binary.
  public init(
    _ tool: Tool, on archive: BinaryFile, functions: Range<Int>, of object: GoObject, symbols: String? = nil
  ) {
    self.tool = tool
    path = archive.path
    child = Mutex(
      .waiting { () throws(DisassemblyError) -> ChildProcess in
        let part = try Self.extracted(functions, of: object, archive, tool)
        let arguments = tool.arguments(for: part.path, archive.arch, range: nil, symbols: symbols)
        do throws(Errno) {
          return try ChildProcess(Self.command(tool, arguments, on: archive, .current), reading: part)
        } catch {
          throw .notStarted(tool.path, error)
        }
      })
  }

  private static func extracted(
    _ functions: Range<Int>, of object: GoObject, _ archive: BinaryFile, _ tool: Tool
  ) throws(DisassemblyError) -> ExtractedPart {
    do { return try ExtractedPart(functions, of: object) } catch let error as DisassemblyError {
      throw error
    } catch let error as Errno {
      throw .noCache(nil, error)
    } catch {
      throw .failed(tool, archive.path, reason: "\(error)", errors: "")
    }
  }

  private static func command(
    _ tool: Tool, _ arguments: [Command.Argument], on binary: BinaryFile, _ environment: ChildEnvironment
  ) -> Command {
    Command(
      executable: tool.objdump ?? tool.path, arguments: arguments, environment: environment.forDisassembler,
      limits: limits(binary))
  }

  /// Returns the process, which is started if it was not yet.
  private func started() throws(DisassemblyError) -> ChildProcess {
    let started: Result<ChildProcess, DisassemblyError> = child.withLock { child in
      switch child {
      case .running(let process): return .success(process)
      case .failed(let error): return .failure(error)
      case .waiting(let start):
        do throws(DisassemblyError) {
          let process = try start()
          child = .running(process)
          return .success(process)
        } catch {
          child = .failed(error)
          return .failure(error)
        }
      }
    }
    return try started.get()
  }

  /// Returns the tool's limits. GNU objdump takes about six times a binary's size in memory, and on arm 12
  /// minutes for cmd/compile.
  private static func limits(_ binary: BinaryFile) -> Command.Limits {
    Command.Limits(kibibytes: max(4 << 20, binary.size >> 10 &* 64), seconds: 3600)
  }

  /// The descriptor to read the text from, which stays open as long as this object lives.
  ///
  /// llvm-objdump writes every line separately. A reader that waits 100 µs after a read of less than 32 KiB
  /// lets the pipe fill: 2.4 s instead of 3.2 for cmd/compile. GNU objdump gains as well (1.8 s instead of
  /// 2.0).
  ///
  /// It is -1 for a tool that was to be started by this and could not be: ``finish()`` says why.
  public var output: CInt { (try? started())?.output.rawValue ?? -1 }

  /// The ID of the process, which is the leader of its group.
  public var processID: CInt { (try? started())?.pid ?? -1 }

  /// Waits for the tool's end. Call it when ``output`` is at its end.
  ///
  /// - Returns: the tool's standard error although it succeeded; nil when that is empty.
  /// - Throws: ``DisassemblyError/failed(_:_:reason:errors:)`` when the tool failed, so that the text is
  ///   incomplete.
  public func finish() async throws(DisassemblyError) -> String? {
    let ending = try await started().ending()
    guard ending.isSuccess else { throw .failed(tool, path, reason: ending.reason, errors: ending.errors) }
    return ending.errors.isEmpty ? nil : ending.errors
  }

  /// Waits for the end of a tool whose text is of no use, since its error may say why. A tool that keeps
  /// printing, or does not end, is killed.
  ///
  /// - Throws: ``DisassemblyError/failed(_:_:reason:errors:)`` when the tool failed by itself.
  public func discard() async throws(DisassemblyError) {
    let child = try started()
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

  /// The most output that is discarded before the tool is killed, in bytes; no tool prints as much for a file
  /// that it cannot read.
  private static let discarded = 64 << 20
  /// The time that the tool has to end, in seconds.
  private static let patience = 10

  /// Kills the tool, for example when nobody needs the rest; ``output`` comes to its end.
  public func cancel() {
    child.withLock { if case .running(let process) = $0 { process.stop() } }
  }
}
