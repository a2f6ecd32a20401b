import Disassembly
import GoBinary
import ProgramModel
import SystemPackage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tools that misbehave: scripts in the place of objdump.
struct RunningListingTests {
  /// A GNU objdump, by its own word, that does this when it is to print.
  func start(_ body: String, on binary: FilePath = "/bin/sh") async throws -> RunningListing {
    let folder = try scratchFolder()
    try script(
      """
      case $1 in --version) echo 'GNU objdump 2.40'; exit;; -i) echo elf64-x86-64; echo elf64-littleaarch64; exit;; esac
      PATH=/usr/bin:/bin
      \(body)
      """, named: "objdump", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    environment["LC_ALL"] = "de_DE.UTF-8"
    let file = try BinaryFile(path: binary)
    let tool = try await Toolbox(environment: environment).choose(for: file)
    return try RunningListing(tool, on: file, environment: environment)
  }

  @Test func failureShowsWhatTheToolSaid() async throws {
    let listing = try await start("echo text; echo 'objdump: it broke' >&2; exit 3")
    #expect(try readAll(listing.output) == "text\n")
    let error = await #expect(throws: DisassemblyError.self) { try await listing.finish() }
    let message = error.map { "\($0)" } ?? ""
    for word in ["/bin/sh", "GNU objdump 2.40", "status 3", "objdump: it broke"] {
      #expect(message.contains(word))
    }
  }

  @Test func deathBySignal() async throws {
    let listing = try await start("echo text; kill -SEGV $$")
    _ = try readAll(listing.output)
    let error = await #expect(throws: DisassemblyError.self) { try await listing.finish() }
    #expect(error.map { "\($0)" }?.contains("signal 11") == true)
  }

  @Test func aWarningIsNoError() async throws {
    let listing = try await start("echo text; echo 'odd section' >&2")
    _ = try readAll(listing.output)
    #expect(try await listing.finish() == "odd section\n")
  }

  @Test(.timeLimit(.minutes(1))) func megabytesOnStandardError() async throws {
    let listing = try await start("yes warning | head -c 5000000 >&2; echo last words >&2; echo text")
    #expect(try readAll(listing.output) == "text\n")
    let warning = try #require(try await listing.finish())
    #expect(warning.utf8.count < 20_000)
    #expect(
      warning.hasPrefix("warning\n") && warning.hasSuffix("last words\n")
        && warning.contains("bytes left out"))
  }

  @Test func environmentAndStandardInput() async throws {
    let listing = try await start(#"echo "$LC_ALL|${DEBUGINFOD_URLS-unset}|"; cat"#)
    #expect(try readAll(listing.output) == "C||\n")
    #expect(try await listing.finish() == nil)
  }

  @Test(arguments: ["-dangerous", "@response", "a b'c", "ünicode"])
  func oddNames(name: String) async throws {
    let folder = try scratchFolder()
    try copyShell(to: folder.appending(name))
    let listing = try await start(#"for a; do :; done; printf '%s' "$a""#, on: folder.appending(name))
    #expect(try readAll(listing.output) == folder.appending(name).string)
    #expect(try await listing.finish() == nil)
  }

  @Test func aNameThatIsNotUTF8() async throws {
    let path =
      Array(try scratchFolder().string.utf8CString.dropLast()) + [CChar(UInt8(ascii: "/")), -1, -2, 0]
    try copyShell(to: FilePath(platformString: path))
    let listing = try await start(
      #"for a; do :; done; test -f "$a" && echo found"#, on: FilePath(platformString: path))
    #expect(try readAll(listing.output) == "found\n")
  }

  @Test func cancelEndsTheWholeGroup() async throws {
    let listing = try await start("sleep 1000 & echo $!; wait")
    var digits = [UInt8](repeating: 0, count: 32)
    let count = unsafe read(listing.output, &digits, 32)
    let grandchild = try #require(CInt(String(decoding: digits[..<(count - 1)], as: UTF8.self)))
    #expect(isRunning(grandchild))
    listing.cancel()
    await #expect(throws: DisassemblyError.self) { try await listing.finish() }
    #expect(soon { !isRunning(listing.processID) })
    #expect(soon { !isAlive(grandchild) })
  }

  @Test func lettingGoEndsIt() async throws {
    let pid: CInt
    do { pid = try await start("exec sleep 1000").processID }
    #expect(soon { !isRunning(pid) })
  }

  private func copyShell(to path: FilePath) throws {
    let source = try FileDescriptor.open(FilePath("/bin/sh"), .readOnly)
    let target = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
    defer { for file in [source, target] { try? file.close() } }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe try buffer.withUnsafeMutableBytes { unsafe try source.read(into: $0) }
      if count == 0 { return }
      try target.writeAll(buffer[..<count])
    }
  }
}

/// As ``isRunning(_:)``, without those that ended and that their new parent (init) has yet to wait for.
func isAlive(_ pid: CInt) -> Bool {
  guard isRunning(pid) else { return false }
  #if os(Linux)
    guard let file = try? FileDescriptor.open(FilePath("/proc/\(pid)/stat"), .readOnly) else { return false }
    defer { try? file.close() }
    return (try? readAll(file.rawValue))?.contains(") Z ") == false
  #else
    return true
  #endif
}
