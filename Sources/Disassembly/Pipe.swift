import LibC
import SystemPackage

/// A pipe that no child inherits by accident, provided that it is created where nothing else is started
/// (``Interruption/starting(_:)``): Swift on Linux cannot call pipe2(2).
struct Pipe {
  let reader: FileDescriptor
  let writer: FileDescriptor

  /// Creates a pipe.
  ///
  /// - Throws: `Errno`, for example when too many files are open.
  init() throws(Errno) {
    var ends: [CInt] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    for i in 0..<2 {
      // Avoid 0, 1 and 2, which are free when the parent process has closed them: dup2 puts other descriptors
      // there.
      let safe = fcntl(ends[i], F_DUPFD_CLOEXEC, 3)
      guard safe != -1 else {
        let error = Errno(rawValue: errno)
        for end in ends { close(end) }
        throw error
      }
      close(ends[i])
      ends[i] = safe
    }
    reader = FileDescriptor(rawValue: ends[0])
    writer = FileDescriptor(rawValue: ends[1])
  }

  /// Enlarges the pipe's buffer to a megabyte, where the system allows it, so that a disassembler waits less
  /// often.
  func widen() {
    #if os(Linux)
      // F_SETPIPE_SZ, `linux/fcntl.h`; a refusal costs only speed.
      _ = fcntl(writer.rawValue, 1031, 1 << 20)
    #endif
  }
}
