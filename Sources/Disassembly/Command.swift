import SystemPackage

/// A program to start, with its arguments, environment and limits.
struct Command: Sendable {
  var executable: FilePath
  /// The arguments after the program's own name.
  var arguments: [Argument]
  var environment: ChildEnvironment
  /// The folder to run in; nil means the current one.
  var directory: FilePath?
  /// Its standard input, a descriptor of 3 or more; nil for empty input.
  var input: FileDescriptor?

  /// Whether the process, and those that it starts, are killed when fathom ends, however that happens. Use it
  /// for a program that writes nothing before its end; any other is ended by a broken pipe. Its standard
  /// input is empty.
  var endsWithUs = false

  /// The limits at which the system ends it; nil for those of fathom itself.
  var limits: Limits?

  /// The limits of one process, so that a file made to exhaust its reader costs a child, not the computer.
  struct Limits: Sendable {
    /// The memory that it may map, in KiB.
    var kibibytes: UInt64
    /// The processor time that it may take, in seconds.
    var seconds: Int
  }

  /// The program and arguments to start. With a folder, limits or ``endsWithUs``, that is a shell that starts
  /// the program: Swift on Linux cannot call posix_spawn's own means for a folder (`addchdir_np`), and it has
  /// none for limits. The shell's text is fixed; everything else is passed as arguments to it. On a system
  /// without one of the limits (macOS: memory), the program runs without that limit.
  ///
  /// For ``endsWithUs``, a second process in the same group waits for the end of a pipe that only fathom can
  /// write to. (Only Linux has means of its own for that, which do not reach grandchildren.)
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

  /// One argument, as bytes: a path need not be UTF-8.
  struct Argument: Sendable, ExpressibleByStringInterpolation {
    /// The bytes, with a trailing NUL.
    let bytes: [CChar]

    init(_ text: String) { bytes = Array(text.utf8CString) }

    /// Creates an argument from a path, for a place where no option is expected.
    init(plain path: FilePath) {
      bytes = unsafe path.withPlatformString {
        unsafe Array(UnsafeBufferPointer(start: $0, count: path.length + 1))
      }
    }
    init(stringLiteral text: String) { self.init(text) }

    /// Creates an argument from a file for a disassembler to read. A name that starts with `-` must not be
    /// taken for an option, nor one with `@` for a file of arguments (all three objdumps support these).
    init(file path: FilePath) {
      let bytes = Argument(plain: path).bytes
      let isOdd = bytes.first == CChar(UInt8(ascii: "-")) || bytes.first == CChar(UInt8(ascii: "@"))
      self.bytes = (isOdd ? "./".utf8.map(CChar.init(bitPattern:)) : []) + bytes
    }
  }
}
