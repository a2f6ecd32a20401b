import SystemPackage

/// A program to start, and with what.
struct Command: Sendable {
  var executable: FilePath
  /// Behind the program's own name.
  var arguments: [Argument]
  var environment: ChildEnvironment
  /// Where it runs; nil is where we are.
  var directory: FilePath?

  /// What to run: by way of the shell where the folder is another, since posix_spawn's own means for
  /// that (`addchdir_np`) is out of reach from Swift on Linux. The text is fixed; what follows is
  /// only arguments to it.
  var resolved: (executable: FilePath, arguments: [Argument]) {
    let name = Argument(executable.lastComponent?.string ?? "")
    guard let directory else { return (executable, [name] + arguments) }
    return (
      "/bin/sh",
      ["sh", "-c", #"cd -- "$0" && exec "$@""#, Argument(file: directory), Argument(file: executable)]
        + arguments
    )
  }

  /// One argument as bytes: a path need not be UTF-8.
  struct Argument: Sendable, ExpressibleByStringInterpolation {
    /// With a NUL behind.
    let bytes: [CChar]

    init(_ text: String) { bytes = Array(text.utf8CString) }
    init(stringLiteral text: String) { self.init(text) }

    /// A file for a disassembler to read: one whose name begins with `-` is no option, and one with
    /// `@` no file of arguments (all three objdumps know these).
    init(file path: FilePath) {
      let bytes = unsafe path.withPlatformString {
        unsafe Array(UnsafeBufferPointer(start: $0, count: path.length + 1))
      }
      let isOdd = bytes.first == CChar(UInt8(ascii: "-")) || bytes.first == CChar(UInt8(ascii: "@"))
      self.bytes = (isOdd ? "./".utf8.map(CChar.init(bitPattern:)) : []) + bytes
    }
  }
}
