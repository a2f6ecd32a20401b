import Disassembly
import LibC
import Reporting
import SystemPackage

/// A file for a report. The report is written under another name in the same folder and moved to its place
/// when it is complete, so that no reader sees half of it. A device or a FIFO is written directly. A link
/// stays a link: the file that it leads to is written.
final class ReportFile {
  /// The output that writes to the file.
  let output: Output
  private let descriptor: Int32
  private let place: FilePlace
  /// The temporary file; nil once it is in its place, and where the file is written directly.
  private var temporary: [CChar]?

  /// Opens a file.
  ///
  /// - Parameter text: the path as the user gave it.
  convenience init(_ text: String) throws(OutputError) { try self.init(FilePlace(text)) }

  /// Opens a file.
  ///
  /// - Parameter log: the form of the report where a job's log may get it; nil writes it as it is.
  init(_ place: FilePlace, log: LogForm? = nil) throws(OutputError) {
    let opened: Int32
    if let open = place.descriptor {
      opened = fcntl(open, F_DUPFD_CLOEXEC, 3)
    } else if place.status != nil, !place.isFile {
      opened = unsafe place.path.withPlatformString { unsafe open($0, O_WRONLY | O_CLOEXEC) }
    } else {
      var template = place.path.bytes + Array(".fathom-XXXXXX".utf8CString)
      opened = unsafe mkstemp(&template)
      if opened >= 0 {
        let mask = umask(0)
        _ = umask(mask)
        _ = fchmod(opened, place.status.map { $0.st_mode & 0o7777 } ?? 0o666 & ~mask)
        temporary = template
        Interruption.remember(temporary: FilePath(platformString: template))
      }
    }
    guard opened >= 0 else { throw .failed(name: place.name, errno: errno) }
    descriptor = opened
    self.place = place
    output = Output(descriptor: opened, name: place.name, log: log)
  }

  /// Moves the report to its place.
  ///
  /// It is called once: it closes the file's descriptor.
  func finish() throws(OutputError) {
    guard close(descriptor) == 0 else { throw .failed(name: place.name, errno: errno) }
    guard let temporary else { return }
    let code = unsafe place.path.withPlatformString { unsafe rename(temporary, $0) }
    guard code == 0 else { throw .failed(name: place.name, errno: errno) }
    Interruption.forget(temporary: FilePath(platformString: temporary))
    self.temporary = nil
  }

  /// Removes a report that was not completed.
  deinit {
    guard let temporary else { return }
    _ = unsafe unlink(temporary)
    Interruption.forget(temporary: FilePath(platformString: temporary))
  }
}
