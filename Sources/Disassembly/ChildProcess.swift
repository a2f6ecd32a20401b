import Dispatch
import LibC
import Synchronization
import SystemPackage

/// A process that fathom has started, in a process group of its own.
///
/// It is started by `posix_spawn` rather than swift-subprocess, for two reasons. The child must be known to
/// ``Interruption`` before a signal can arrive; there, a signal between the start and the first line of the
/// body leaves an orphan: with 1.0.2 in 7 of 1,600 runs that got SIGTERM 4 to 24 ms after their start, here in
/// none of 600. And its output is to be a plain descriptor for read(2), like a file and stdin.
final class ChildProcess: Sendable {
  /// The reading end of the pipe for its standard output; closed by `deinit`.
  let output: FileDescriptor
  let pid: pid_t
  /// The writing end of the pipe whose closing tells the child that fathom has ended
  /// (``Command/endsWithUs``).
  private let leash: FileDescriptor?
  private let watch: Watch

  /// Starts a command.
  ///
  /// - Parameters:
  ///   - command: the command to run.
  ///   - part: a file that it reads, which is kept until it has ended.
  /// - Throws: `Errno`, for example when the program does not exist.
  init(_ command: Command, reading part: ExtractedPart? = nil) throws(Errno) {
    var started: Result<Started, Errno> = .failure(.canceled)
    // A program that was just written may still be open for writing in another process's child between
    // fork(2) and exec(2). A fifth of a second is longer than that takes.
    for attempt in 0..<40 {
      Interruption.starting {
        started = Self.start(command)
        return try? started.get().pid
      }
      guard case .failure(.textFileBusy) = started, attempt < 39 else { break }
      usleep(5000)
    }
    let child = try started.get()
    pid = child.pid
    output = child.output
    leash = child.leash
    watch = Watch()
    Self.reap(pid, errors: child.errors, reading: part, watch)
  }

  private typealias Started = (
    pid: pid_t, output: FileDescriptor, errors: FileDescriptor, leash: FileDescriptor?
  )

  private static func start(_ command: Command) -> Result<Started, Errno> {
    var pipes: [Pipe] = []
    do {
      for _ in 0..<(command.endsWithUs ? 3 : 2) { pipes.append(try Pipe()) }
      let leash = command.endsWithUs ? pipes[2] : nil
      pipes[0].widen()
      let pid = try spawn(
        command, input: leash?.reader ?? command.input, out: pipes[0].writer, errors: pipes[1].writer)
      for pipe in pipes[..<2] { try? pipe.writer.close() }
      try? leash?.reader.close()
      return .success((pid, pipes[0].reader, pipes[1].reader, leash?.writer))
    } catch {
      for pipe in pipes {
        try? pipe.reader.close()
        try? pipe.writer.close()
      }
      return .failure(error)
    }
  }

  deinit {
    stop()
    try? output.close()
    try? leash?.close()
  }

  /// Kills the process and those that it started, if they still run.
  func stop() { Interruption.end(group: pid) }

  /// Waits for the process's end and returns it. Does not return when a signal is ending fathom itself.
  func ending() async -> Ending {
    await withCheckedContinuation { watch.add($0) }
  }

  /// Runs a command to its end. Its output decides something: it is returned whole, or the command counts as
  /// failed.
  ///
  /// - Parameters:
  ///   - command: the command to run.
  ///   - limit: the most output that is accepted, in bytes; a command that writes more is killed.
  static func run(_ command: Command, limit: Int = 512 << 20) async throws(Errno) -> (
    output: [UInt8], ending: Ending
  ) {
    await finish(try ChildProcess(command), limit)
  }

  /// Runs a command to its end, or kills it when its time is up.
  ///
  /// - Parameters:
  ///   - command: the command to run.
  ///   - seconds: the time that it may take.
  /// - Returns: its output, how it ended, and whether its time was up.
  static func run(_ command: Command, seconds: Int) async throws(Errno) -> (
    output: [UInt8], ending: Ending, wasEnded: Bool
  ) {
    let child = try ChildProcess(command)
    let deadline = Deadline(child, seconds: seconds)
    let (output, ending) = await finish(child, 1 << 20)
    return (output, ending, deadline.isOver())
  }

  private static func finish(_ child: ChildProcess, _ limit: Int) async -> (output: [UInt8], ending: Ending) {
    let output: [UInt8]? = await withCheckedContinuation { continuation in
      DispatchQueue(label: "fathom.output").async {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
          let count =
            unsafe (try? buffer.withUnsafeMutableBytes { unsafe try child.output.read(into: $0) }) ?? 0
          if count == 0 { return continuation.resume(returning: output) }
          guard output.count + count <= limit else {
            child.stop()
            return continuation.resume(returning: nil)
          }
          output += buffer[..<count]
        }
      }
    }
    let ending = await child.ending()
    guard let output else { return ([], Ending(status: .tooMuch(limit), errors: ending.errors)) }
    return (output, ending)
  }

  /// Reads and discards at most `limit` bytes of its output. Blocks until then.
  ///
  /// - Returns: whether the output ended before the limit.
  func passOver(_ limit: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var left = limit
    while left > 0 {
      let count = unsafe (try? buffer.withUnsafeMutableBytes { unsafe try output.read(into: $0) }) ?? 0
      if count == 0 { return true }
      left -= count
    }
    return false
  }

  /// Reads standard error to its end, then waits for the process. Both block, so it runs on a thread of its
  /// own.
  private static func reap(
    _ pid: pid_t, errors: FileDescriptor, reading part: ExtractedPart?, _ watch: Watch
  ) {
    DispatchQueue(label: "fathom.child").async {
      let text = HeadAndTail.drain(errors, limit: 8 << 10).text
      // Until the process is reaped its number stays taken, so no other process's group can be signalled.
      var info = unsafe siginfo_t()
      while unsafe waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
      let isInterrupted = Interruption.ended(group: pid)
      var status: CInt = 0
      while unsafe waitpid(pid, &status, 0) == -1, errno == EINTR {}
      withExtendedLifetime(part) {}
      let signal = status & 0x7f
      // A waiting caller would take this for the tool's failure, and exit before the signal is raised again.
      if isInterrupted { return }
      watch.end(Ending(status: signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal), errors: text))
    }
  }

  /// Keeps the child from inheriting descriptors that fathom itself inherited. (On macOS, a flag of
  /// posix_spawn does that.)
  private static func closeAllOnExec() {
    #if !canImport(Darwin)
      guard let folder = unsafe opendir("/proc/self/fd") else {
        for descriptor in 3..<1024 { _ = fcntl(CInt(descriptor), F_SETFD, FD_CLOEXEC) }
        return
      }
      defer { unsafe closedir(folder) }
      while let entry = unsafe readdir(folder) {
        let number = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe atoi($0) }
        }
        if number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
      }
    #endif
  }

  private static func spawn(
    _ command: Command, input: FileDescriptor?, out: FileDescriptor, errors: FileDescriptor
  ) throws(Errno) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      var flags = POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      var flags: CInt = 0
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    if let input {
      unsafe posix_spawn_file_actions_adddup2(&actions, input.rawValue, 0)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, out.rawValue, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors.rawValue, 2)
    // Our threads may block signals, and we may ignore some; the child must start with neither.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    flags |= CInt(POSIX_SPAWN_SETPGROUP) | CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF)
    unsafe posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

    let (executable, arguments) = command.resolved
    var pid: pid_t = 0
    closeAllOnExec()
    let code = unsafe CStringTable.with(arguments.map(\.bytes)) { arguments in
      unsafe CStringTable.with(command.environment.rows) { environment in
        unsafe executable.withPlatformString {
          unsafe posix_spawn(&pid, $0, &actions, &attributes, arguments, environment)
        }
      }
    }
    guard code == 0 else { throw Errno(rawValue: code) }
    return pid
  }
}
