import Evidence
import ProgramModel
import Reporting
import Scan
import SystemPackage

/// Reads a log that the command line names.
enum LogFile {
  /// Returns the goroutines and crashes of a log; `-` is standard input.
  ///
  /// Throws `FathomError` where the log cannot be read, and where it is empty.
  static func read(_ log: String) throws -> Traces { try readKeeping(log).traces }

  /// Returns the goroutines and crashes of a log, its first bytes, and whether there are more.
  static func readKeeping(_ log: String) throws -> (traces: Traces, beginning: [UInt8], isCut: Bool) {
    let shown = CommonOptions.shown(log)
    let descriptor: FileDescriptor
    if log == "-" {
      descriptor = .standardInput
    } else {
      let path = ArgumentBytes.path(log)
      do {
        descriptor = try FileDescriptor.open(
          unsafe path.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }, .readOnly,
          options: .closeOnExec)
      } catch {
        throw FathomError("\(shown): cannot be read: \(error)")
      }
    }
    defer { if log != "-" { try? descriptor.close() } }
    var reader = LogReader(descriptor.rawValue)
    let (traces, bytes, error) = reader.read()
    if error != 0 { throw FathomError("\(shown): cannot be read: \(Errno(rawValue: error))") }
    if traces.crashes.isEmpty, let damage = traces.diagnostics.damage {
      throw FathomError("\(shown): cannot be read: \(damage)")
    }
    if isProgram(reader.beginning) {
      throw FathomError("\(shown): a program, not a log: the log comes first, the binary behind it")
    }
    if bytes == 0 { throw FathomError("\(shown): empty") }
    return (traces, reader.beginning, bytes > reader.beginning.count)
  }

  /// Whether a file begins as an executable or an archive does: ELF, Mach-O, PE, ar.
  private static func isProgram(_ beginning: [UInt8]) -> Bool {
    let magics: [[UInt8]] = [
      [0x7f, 0x45, 0x4c, 0x46], [0xcf, 0xfa, 0xed, 0xfe], [0xce, 0xfa, 0xed, 0xfe], [0xca, 0xfe, 0xba, 0xbe],
      [0xfe, 0xed, 0xfa, 0xce], [0xfe, 0xed, 0xfa, 0xcf], Array("!<arch>\n".utf8),
    ]
    // PE begins with the two letters and not with text.
    return magics.contains { beginning.starts(with: $0) }
      || beginning.starts(with: Array("MZ".utf8)) && beginning.prefix(64).contains(0)
  }

  /// Names the frames of which the text has only the address, or half a name.
  static func name(_ traces: inout Traces, by binary: String) throws {
    guard traces.hasNameless else { return }
    let places: SourcePlaces
    do { places = try SourcePlaces(ArgumentBytes.path(binary)) } catch { throw FathomError("\(error)") }
    traces.name(places.steps)
  }

  /// Returns a program without functions, which says whose code is whose where no binary does: packages whose
  /// tests run are the user's own, and so is the module of most frames.
  static func programWithoutBinary(_ log: String, _ traces: Traces, _ common: CommonOptions) -> Program {
    Program(
      header: .init(
        input: log, inputKind: .text, arch: .amd64, ownFrom: common.modulePrefix == nil ? nil : .flag,
        ownPrefixes: common.modulePrefix.map { [$0] } ?? traces.testedPackages
          + [traces.likelyModule].compactMap(\.self), disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
  }
}
