import SystemPackage

/// A program to start, and with what.
struct Command: Sendable {
  var executable: FilePath
  /// Behind the program's own name.
  var arguments: [Argument]
  var environment: ChildEnvironment
  /// Where it runs; nil is where we are.
  var directory: FilePath?
  /// What it reads, no descriptor below 3; nil is nothing.
  var input: FileDescriptor?

  /// It and what it starts are ended when we are, however that comes: for what writes nothing before its end, since a
  /// broken pipe ends the others. Its own input is nothing.
  var endsWithUs = false

  /// What it may take before the system ends it; nil is what we may.
  var limits: Limits?

  /// Of one process: a file that was made to exhaust its reader costs a child, not the machine.
  struct Limits: Sendable {
    /// Of memory that it may map, in KiB.
    var kibibytes: UInt64
    /// Of processor time.
    var seconds: Int
  }

  /// What to run: by way of the shell where the folder is another or there are limits, since posix_spawn's own means for
  /// that (`addchdir_np`) is out of reach from Swift on Linux, and it has none for limits. The text is fixed; what
  /// follows is only arguments to it. A system that knows a limit not goes without (macOS: memory).
  ///
  /// Of what ends with us, a second process of the same group waits for the end of the pipe that only we can write to
  /// (Linux alone has means of its own for that, and none that reaches grandchildren).
  var resolved: (executable: FilePath, arguments: [Argument]) {
    let name = Argument(executable.lastComponent?.string ?? "")
    guard directory != nil || limits != nil || endsWithUs else { return (executable, [name] + arguments) }
    let leash =
      "exec 3<&0 </dev/null; { read -r _; kill -s KILL 0; } <&3 3<&- >/dev/null 2>&1 & exec 3<&-; "
    let text =
      (endsWithUs ? leash : "")
      + (limits == nil ? "" : #"ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; "#)
      + (directory == nil ? "" : #"cd -- "$0" && "#) + #"exec "$@""#
    let folder = directory.map { Argument(file: $0) } ?? "sh"
    let numbers = limits.map { [Argument("\($0.kibibytes)"), Argument("\($0.seconds)")] } ?? []
    return (
      "/bin/sh", ["sh", "-c", Argument(text), folder] + numbers + [Argument(file: executable)] + arguments
    )
  }

  /// One argument as bytes: a path need not be UTF-8.
  struct Argument: Sendable, ExpressibleByStringInterpolation {
    /// With a NUL behind.
    let bytes: [CChar]

    init(_ text: String) { bytes = Array(text.utf8CString) }

    /// A path that stands where no option can.
    init(plain path: FilePath) {
      bytes = unsafe path.withPlatformString {
        unsafe Array(UnsafeBufferPointer(start: $0, count: path.length + 1))
      }
    }
    init(stringLiteral text: String) { self.init(text) }

    /// A file for a disassembler to read: one whose name begins with `-` is no option, and one with
    /// `@` no file of arguments (all three objdumps know these).
    init(file path: FilePath) {
      let bytes = Argument(plain: path).bytes
      let isOdd = bytes.first == CChar(UInt8(ascii: "-")) || bytes.first == CChar(UInt8(ascii: "@"))
      self.bytes = (isOdd ? "./".utf8.map(CChar.init(bitPattern:)) : []) + bytes
    }
  }
}
