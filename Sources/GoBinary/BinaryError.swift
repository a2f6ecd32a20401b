public import SystemPackage

/// The reason why a binary cannot be read. The description says what is wrong, where, and what to do next. It
/// contains the file's name as given, so whoever prints it must escape it for the terminal.
public enum BinaryError: Error, Hashable, CustomStringConvertible {
  /// The system refused to open or read the file.
  case unreadable(FilePath, Errno)
  /// It is a folder, a FIFO or a device.
  case notAFile(FilePath)
  /// Its format is not one that fathom knows.
  case notABinary(FilePath)
  /// Its pclntab is of an unknown version of Go.
  case unknownTable(FilePath, String)
  /// One of its tables contradicts itself or the rest of the file.
  case malformed(FilePath, String)

  /// The error as one line of text.
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
