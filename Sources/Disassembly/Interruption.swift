import Dispatch
import LibC
import Synchronization
public import SystemPackage

/// Leaves no process and no temporary file behind when Ctrl-C, SIGTERM or SIGHUP ends fathom.
///
/// The handler itself does nothing but write one byte into a pipe, which is all that is safe there.
/// A thread that waits at the other end asks the children's process groups to end (SIGINT, so that
/// they may tidy up), kills what is left of them, removes the temporary files
/// and raises the signal again with its default action, so that the shell sees why fathom ended.
public enum Interruption {
  private struct Table {
    /// Leaders of the process groups that we started and that nobody has waited for yet.
    var groups: Set<pid_t> = []
    var temporaries: Set<FilePath> = []
    /// A signal has come: nothing is started any more.
    var isEnding = false
  }

  private static let table = Mutex(Table())
  /// The writing end of the pipe.
  private static let bell = Atomic<CInt>(-1)
  /// How long children may take to end by themselves, in milliseconds.
  private static let patience = 2000

  /// Takes over SIGINT, SIGTERM and SIGHUP; one that is ignored (nohup) stays so. Call once, early.
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
      // Function pointers compare as numbers only; SIG_IGN is 1.
      if unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        _ = signal(number, SIG_IGN)
      }
    }
  }

  /// Removes this file or folder, should a signal end us before ``forget(temporary:)``.
  public static func remember(temporary path: FilePath) { table.withLock { _ = $0.temporaries.insert(path) } }

  /// The file is gone, or is to stay.
  public static func forget(temporary path: FilePath) { table.withLock { _ = $0.temporaries.remove(path) } }

  /// Runs what starts a child and gives the leader of its group: no signal is handled in between.
  static func starting(_ body: () -> pid_t?) {
    let isEnding = table.withLock { table in
      guard !table.isEnding else { return true }
      if let group = body() { table.groups.insert(group) }
      return false
    }
    // The thread that saw the signal ends us any moment.
    while isEnding { pause() }
  }

  /// Ends a group, when its leader has not been waited for.
  static func end(group: pid_t) {
    table.withLock { if $0.groups.contains(group) { kill(-group, SIGKILL) } }
  }

  /// Its leader has ended and is to be waited for; true when a signal is the reason.
  static func ended(group: pid_t) -> Bool {
    table.withLock {
      $0.groups.remove(group)
      return $0.isEnding
    }
  }

  /// Removes a file, or a folder with all that is in it.
  static func remove(_ path: FilePath) {
    if unsafe path.withPlatformString({ unsafe unlink($0) }) == 0 || errno == ENOENT { return }
    // A folder: with all that is in it.
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
      // Threads of Dispatch block signals; this one must take its own.
      var signals = sigset_t()
      unsafe sigemptyset(&signals)
      unsafe sigaddset(&signals, number)
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      kill(getpid(), number)
      while true { pause() }
    }
  }
}
