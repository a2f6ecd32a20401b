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

/// In a process of its own: the signal ends it.
struct InterruptionTests {
  @Test func terminateLeavesNothing() async throws {
    let result = await #expect(processExitsWith: .signal(SIGTERM), observing: [\.standardOutputContent]) {
      try await interrupted(by: SIGTERM)
    }
    try expectNothingLeft(result)
  }

  @Test func interruptLeavesNothing() async throws {
    let result = await #expect(processExitsWith: .signal(SIGINT), observing: [\.standardOutputContent]) {
      try await interrupted(by: SIGINT)
    }
    try expectNothingLeft(result)
  }

  /// Even from a tool that will not end when asked.
  @Test func stubbornChild() async throws {
    let result = await #expect(processExitsWith: .signal(SIGHUP), observing: [\.standardOutputContent]) {
      try await interrupted(by: SIGHUP, child: "trap '' INT TERM HUP; ")
    }
    try expectNothingLeft(result)
  }

  /// The go command itself leaves its work folder behind.
  @Test func buildLeavesNothing() async throws {
    let result = await #expect(processExitsWith: .signal(SIGTERM), observing: [\.standardOutputContent]) {
      try await interruptedBuild(by: SIGTERM)
    }
    try expectNothingLeft(result)
  }

  /// Nobody is left to end a build that goes on: it ends itself. Its folder goes with the next one (TemporaryFolderTests).
  @Test func noBuildOutlivesAKilledFathom() async throws {
    let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      try await interruptedBuild(by: SIGKILL)
    }
    try expectNothingRuns(result)
  }

  private func expectNothingLeft(_ result: ExitTest.Result?) throws {
    let folder = try expectNothingRuns(result)
    #expect((try? Stat(folder)) == nil, "\(folder) is left")
  }

  /// Gives the temporary folder.
  @discardableResult
  private func expectNothingRuns(_ result: ExitTest.Result?) throws -> FilePath {
    let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("left ") })
    let words = line.split(separator: " ").map(String.init)
    let pids = words[1...2].compactMap { CInt($0) }
    #expect(pids.count == 2)
    for pid in pids { #expect(soon { !isAlive(pid) }, "process \(pid) is left") }
    return FilePath(words[3])
  }
}

/// A go command that makes a work folder with something in it, and is at work for long.
private func interruptedBuild(by signal: CInt) async throws {
  Interruption.install()
  let folder = try scratchFolder()
  try script(
    """
    export PATH=/usr/bin:/bin
    case $1 in version) echo 'go version go1.27.3 linux/amd64'; exit;; list) echo example.com/app; exit;; esac
    mkdir $GOTMPDIR/go-build1; echo >$GOTMPDIR/go-build1/file
    sleep 1000 & echo left $$ $! $GOTMPDIR >\(folder)/started.part; mv \(folder)/started.part \(folder)/started; wait
    """, named: "go", in: folder)
  var environment = ChildEnvironment.current
  environment["PATH"] = folder.string
  environment["XDG_CACHE_HOME"] = folder.string
  let builder = try GoBuild(Toolbox(environment: environment), environment: environment)
  async let program = builder.run(packages: ["."])
  for _ in 0..<12_000 where (try? Stat(folder.appending("started"))) == nil {
    try await Task.sleep(for: .milliseconds(5))
  }
  let file = try FileDescriptor.open(folder.appending("started"), .readOnly)
  _ = try FileDescriptor.standardOutput.writeAll(readAll(file.rawValue).utf8)
  kill(getpid(), signal)
  _ = try await program
  exit(99)
}

/// Starts a tool that starts another, remembers a temporary file, prints all three, and signals itself.
private func interrupted(by signal: CInt, child: String = "") async throws {
  Interruption.install()
  let folder = try scratchFolder()
  try script(
    """
    case $1 in --version) echo 'GNU objdump 2.40'; exit;; -i) echo elf64-x86-64; echo elf64-littleaarch64; exit;; esac
    \(child)/bin/sleep 1000 & echo $!; while :; do wait; done
    """, named: "objdump", in: folder)
  var environment = ChildEnvironment.current
  environment["PATH"] = folder.string
  let binary = try BinaryFile(path: "/bin/sh")
  let listing = try RunningListing(
    try await Toolbox(environment: environment).choose(for: binary), on: binary)
  var digits = [UInt8](repeating: 0, count: 32)
  let count = unsafe read(listing.output, &digits, 32)
  let temporary = folder.appending("temporary")
  try write("", to: temporary)
  Interruption.remember(temporary: temporary)
  let grandchild = String(decoding: digits[..<(count - 1)], as: UTF8.self)
  _ = try FileDescriptor.standardOutput.writeAll(
    "left \(listing.processID) \(grandchild) \(temporary)\n".utf8)
  kill(getpid(), signal)
  // The end of the tool is no news any more: this must not return before the signal does its work.
  _ = try readAll(listing.output)
  _ = try? await listing.finish()
  exit(99)
}
