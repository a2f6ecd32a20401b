import Dispatch
import LibC
import Synchronization
public import SystemPackage

/// Makes sure that no process and no temporary file stays behind when Ctrl-C, SIGTERM or SIGHUP ends fathom.
///
/// The handler only writes one byte into a pipe, which is all that is safe there. A thread at the other end
/// asks the children's process groups to end (SIGINT, so that they may clean up), kills those that remain,
/// and removes the temporary files. Then it raises the signal again with its default action, so that the
/// shell sees why fathom ended.
public enum Interruption {
  private struct Table {
    /// The leaders of the process groups that fathom has started and not yet reaped.
    var groups: Set<pid_t> = []
    var temporaries: Set<FilePath> = []
    /// Whether a signal has come, after which no process is started.
    var isEnding = false
  }

  private static let table = Mutex(Table())
  /// The writing end of the pipe; -1 before ``install()``.
  private static let bell = Atomic<CInt>(-1)
  /// The time that children have to end by themselves, in milliseconds.
  private static let patience = 2000

  /// Handles SIGINT, SIGTERM and SIGHUP from now on; a signal that is ignored (nohup) stays ignored. Call it
  /// once, early.
  public static func install() {
    guard bell.load(ordering: .acquiring) == -1, let pipe = try? Pipe() else { return }
    bell.store(pipe.writer.rawValue, ordering: .releasing)
    DispatchQueue(label: "fathom.signals").async {
      var number: UInt8 = 0
      while unsafe read(pipe.reader.rawValue, &number, 1) == -1, errno == EINTR {}
      finish(CInt(number))
    }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let before = signal(number) { number in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(Interruption.bell.load(ordering: .acquiring), &byte, 1)
        errno = saved
      }
      // Function pointers can be compared only as numbers; SIG_IGN is 1.
      if unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = signal(number, SIG_IGN)
      }
    }
  }

  /// Registers a file or folder, to be removed if a signal ends fathom before ``forget(temporary:)``.
  public static func remember(temporary path: FilePath) { table.withLock { _ = $0.temporaries.insert(path) } }

  /// Removes a file or folder from the register: it is gone, or is to stay.
  public static func forget(temporary path: FilePath) { table.withLock { _ = $0.temporaries.remove(path) } }

  /// Runs `body`, which starts a child and returns the leader of its process group, and registers that
  /// leader. No signal is handled in between.
  static func starting(_ body: () -> pid_t?) {
    let isEnding = table.withLock { table in
      guard !table.isEnding else { return true }
      if let group = body() { table.groups.insert(group) }
      return false
    }
    // The thread that received the signal is about to end fathom.
    while isEnding { pause() }
  }

  /// Kills a process group, if its leader has not been reaped yet.
  static func end(group: pid_t) {
    table.withLock { if $0.groups.contains(group) { kill(-group, SIGKILL) } }
  }

  /// Forgets a group whose leader has ended and is about to be reaped. Returns whether a signal is ending
  /// fathom.
  static func ended(group: pid_t) -> Bool {
    table.withLock {
      $0.groups.remove(group)
      return $0.isEnding
    }
  }

  /// Removes a file, or a folder with everything in it.
  static func remove(_ path: FilePath) {
    if unsafe path.withPlatformString({ unsafe unlink($0) }) == 0 || errno == ENOENT { return }
    // It is a folder: remove it with everything in it.
    var pid: pid_t = 0
    let arguments = ["rm", "-rf", "--"].map { Command.Argument($0) } + [Command.Argument(file: path)]
    let code = unsafe CStringTable.with(arguments.map(\.bytes)) { arguments in
      unsafe CStringTable.with([]) { unsafe posix_spawn(&pid, "/bin/rm", nil, nil, arguments, $0) }
    }
    if code == 0 { waitpid(pid, nil, 0) }
  }

  private static func finish(_ number: CInt) {
    table.withLock { table in
      table.isEnding = true
      for group in table.groups { kill(-group, SIGINT) }
    }
    for _ in 0..<patience / 2 where !table.withLock({ $0.groups.isEmpty }) { usleep(2000) }
    table.withLock { table in
      for group in table.groups { kill(-group, SIGKILL) }
      for path in table.temporaries { remove(path) }
      _ = signal(number, SIG_DFL)
      // Dispatch's threads block signals; this one must receive its own.
      var signals = sigset_t()
      unsafe sigemptyset(&signals)
      unsafe sigaddset(&signals, number)
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      kill(getpid(), number)
      while true { pause() }
    }
  }
}
