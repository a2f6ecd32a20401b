import Disassembly
import Reporting
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that a report goes to. It is written under another name beside it and takes its place when it
/// is whole, so that no reader sees half a report; a device or a FIFO is written as it is.
final class ReportFile {
  let output: Output
  private let descriptor: Int32
  private let path: [CChar]
  /// nil once it is in its place, and for what is written as it is.
  private var temporary: [CChar]?
  private let name: String

  /// - Parameter text: the path as the user gave it.
  init(_ text: String) throws(OutputError) {
    let name = TerminalText.safe(ArgumentBytes.bytes(of: text))
    let target = ArgumentBytes.path(text)
    var status = stat()
    let exists = unsafe stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let opened = unsafe open(target, O_WRONLY | O_CLOEXEC)
      guard opened >= 0 else { throw .failed(name: name, errno: errno) }
      (descriptor, temporary) = (opened, nil)
    } else {
      var template = ArgumentBytes.path(text + ".fathom-XXXXXX")
      let opened = unsafe mkstemp(&template)
      guard opened >= 0 else { throw .failed(name: name, errno: errno) }
      let mask = umask(0)
      _ = umask(mask)
      _ = fchmod(opened, exists ? status.st_mode & 0o7777 : 0o666 & ~mask)
      (descriptor, temporary) = (opened, template)
      Interruption.remember(temporary: FilePath(platformString: template))
    }
    self.name = name
    path = target
    output = Output(descriptor: descriptor, name: name)
  }

  /// Whether two paths lead to the same ordinary file.
  static func isSame(_ one: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    guard unsafe stat(ArgumentBytes.path(one), &first) == 0,
      unsafe stat(ArgumentBytes.path(other), &second) == 0
    else { return false }
    return first.st_mode & S_IFMT == S_IFREG && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Puts the report in its place.
  func finish() throws(OutputError) {
    guard close(descriptor) == 0 else { throw .failed(name: name, errno: errno) }
    guard let temporary else { return }
    guard unsafe rename(temporary, path) == 0 else { throw .failed(name: name, errno: errno) }
    Interruption.forget(temporary: FilePath(platformString: temporary))
    self.temporary = nil
  }

  /// A report that did not become whole leaves nothing behind.
  deinit {
    guard let temporary else { return }
    _ = unsafe unlink(temporary)
    Interruption.forget(temporary: FilePath(platformString: temporary))
  }
}
