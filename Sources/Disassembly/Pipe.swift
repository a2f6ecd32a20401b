import LibC
import SystemPackage

/// A pipe that no child inherits by accident, when it is made where nothing else is started
/// (``Interruption/starting(_:)``): pipe2(2) is out of reach from Swift on Linux.
struct Pipe {
  let reader: FileDescriptor
  let writer: FileDescriptor

  /// - Throws: `Errno`, as when too many files are open.
  init() throws(Errno) {
    var ends: [CInt] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    for i in 0..<2 {
      // Not 0, 1 or 2, which are free when whoever starts us has closed them: dup2 puts others there.
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

  /// Makes room for a megabyte, where the system lets us: a disassembler then waits less often.
  func widen() {
    #if os(Linux)
      // F_SETPIPE_SZ, `linux/fcntl.h`; a refusal costs speed alone.
      _ = fcntl(writer.rawValue, 1031, 1 << 20)
    #endif
  }
}
