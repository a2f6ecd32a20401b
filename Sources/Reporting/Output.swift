import LibC
import Synchronization

/// The destination of a report: a file descriptor, or memory.
///
/// Unlike `print`, it reports a full disk and a reader that went away. Reporters hand over large pieces, so
/// it has no buffer of its own. The process must ignore SIGPIPE.
public final class Output: Sendable {
  /// The file descriptor; -1 for memory.
  private let descriptor: Int32
  private let name: String
  private let memory = Mutex<[UInt8]>([])
  private let defuser: Mutex<CommandDefuser?>

  /// Writes to a file descriptor.
  ///
  /// - Parameters:
  ///   - descriptor: an open file, which the caller closes.
  ///   - name: the name for error messages.
  ///   - log: the form of the report where GitHub's runner reads it and must find no command; nil writes all
  ///     bytes as they are.
  public init(descriptor: Int32, name: String, log: LogForm? = nil) {
    self.descriptor = descriptor
    self.name = name
    defuser = Mutex(log.map(CommandDefuser.init))
  }

  /// Writes to memory: see ``contents``.
  public init() {
    descriptor = -1
    name = "memory"
    defuser = Mutex(nil)
  }

  /// The bytes that were written to memory.
  public var contents: [UInt8] { memory.withLock { $0 } }

  /// Writes all bytes, or throws.
  public func write(_ bytes: Span<UInt8>) throws(OutputError) {
    guard descriptor >= 0 else { return keep(bytes) }
    guard let safe = defuser.withLock({ $0?.defused(bytes) }) else { return try writeAll(bytes) }
    try writeAll(safe.span)
  }

  /// Writes until all bytes are written. A signal that interrupts the call is no error.
  private func writeAll(_ bytes: Span<UInt8>) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      let rest = bytes.extracting(written...)
      let count = unsafe rest.withUnsafeBufferPointer {
        unsafe sysWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw errno == EPIPE ? .closedPipe : .failed(name: name, errno: errno)
      }
    }
  }

  /// Writes all bytes, or throws.
  public func write(_ bytes: [UInt8]) throws(OutputError) { try write(bytes.span) }

  private func keep(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let copy = unsafe Array(buffer)
      memory.withLock { $0 += copy }
    }
  }
}

/// Calls `write(2)`, which the method of the same name hides. Where another program has made the terminal
/// non-blocking, it waits out EAGAIN.
private func sysWrite(_ descriptor: Int32, _ base: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  while true {
    let written = unsafe write(descriptor, base, count)
    guard written < 0, errno == EAGAIN else { return written }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&waiting, 1, -1)
  }
}
