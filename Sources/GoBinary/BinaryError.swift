public import SystemPackage

/// Why a binary cannot be read. Its description says what, where, and what to do next; the file's
/// name stands in it as given, so whoever prints it escapes it for the terminal.
public enum BinaryError: Error, Hashable, CustomStringConvertible {
  /// The system said no.
  case unreadable(FilePath, Errno)
  /// A folder, a FIFO, a device.
  case notAFile(FilePath)
  /// No format that fathom knows.
  case notABinary(FilePath)
  /// Its pclntab is of a version of Go that is not known.
  case unknownTable(FilePath, String)
  /// What a table of the file says cannot be.
  case malformed(FilePath, String)

  /// One line.
  public var description: String {
    switch self {
    case .unreadable(let path, let errno): "\(path): \(errno)"
    case .notAFile(let path):
      "\(path): not a regular file; to read a listing from a pipe, give - and redirect it"
    case .notABinary(let path):
      "\(path): not an ELF, Mach-O or PE binary, nor an archive; give a built Go binary or a saved listing"
    case .unknownTable(let path, let what): "\(path): \(what)"
    case .malformed(let path, let what): "\(path): damaged or cut short: \(what); build or copy it again"
    }
  }
}
