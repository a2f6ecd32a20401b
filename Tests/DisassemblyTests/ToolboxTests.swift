import GoBinary
import ProgramModel
import SystemPackage
import Testing

@testable import Disassembly

struct ToolboxTests {
  @Test func findsTheToolsOfThisMachine() async throws {
    let tools = await Toolbox(environment: testEnvironment()).tools()
    for kind in Disassembler.allCases {
      let tool = try #require(tools.first { $0.kind == kind }, "no \(kind) here: scripts/setup installs it")
      #expect(tool.path.isAbsolute)
      #expect(tool.label.contains { $0.isNumber })
    }
  }

  /// Every tool that says it reads a binary prints main.main of it, whole and without an error.
  @Test(arguments: [
    "linux/amd64", "linux/arm64", "linux/386", "linux/arm", "linux/riscv64", "linux/loong64", "linux/ppc64le",
    "linux/s390x",
    "darwin/arm64", "windows/amd64",
  ])
  func everyToolPrints(target: String) async throws {
    let folder = try scratchFolder()
    let binary = try await goProgram(target, in: folder)
    let toolbox = Toolbox(environment: testEnvironment())
    _ = try await toolbox.choose(for: binary)
    var printed = 0
    for tool in await toolbox.tools() where tool.refusal(of: binary) == nil {
      let listing = try RunningListing(tool, on: binary, environment: testEnvironment())
      let text = try readAll(listing.output)
      #expect(text.contains("main.main"), "\(tool.label)")
      #expect(text.utf8.last == UInt8(ascii: "\n"))
      #expect(try await listing.finish() == nil)
      printed += 1
    }
    #expect(printed >= 2)
  }

  /// Every variable that the go command knows names a program: Go prints the binary, and nothing else runs. (Five
  /// name its folders; what a folder's module names is for the case foreign-module.)
  @Test func noSettingOfGoRuns() async throws {
    let folder = try scratchFolder()
    let binary = try await goProgram("linux/amd64", in: folder)
    try script("echo \"$0 $*\" >>'\(folder)/mark'; exec \"$@\"", named: "evil", in: folder)
    var environment = testEnvironment()
    let go = FilePath(try #require(environment["FATHOM_GO"]))
    let help = try await ChildProcess.run(
      Command(executable: go, arguments: ["help", "environment"], environment: environment))
    let names = String(decoding: help.output, as: UTF8.self).split(separator: "\n").filter { line in
      line.first == "\t"
        && line.dropFirst().allSatisfy { $0.isUppercase || $0.isNumber || ", _".contains($0) }
    }.flatMap { $0.split { "\t, ".contains($0) } }
    #expect(names.count > 50 && names.contains("GOCACHEPROG"))
    let folders = ["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOTMPDIR"]
    for name in names where !folders.contains(String(name)) {
      environment[String(name)] = folder.appending("evil").string
    }
    environment["GOFLAGS"] = "-toolexec=\(folder)/evil"
    environment["GOTOOLCHAIN"] = "local"
    // objdump is built where it is not yet, so that a plain «go tool objdump» asks the cache that is named.
    var plain = testEnvironment()
    plain["GOCACHEPROG"] = environment["GOCACHEPROG"]
    _ = try await ChildProcess.run(
      Command(
        executable: go, arguments: ["tool", "objdump", Command.Argument(file: binary.path)],
        environment: plain))
    let mark = folder.appending("mark")
    #expect((try? Stat(mark)) != nil)
    Interruption.remove(mark)
    let toolbox = Toolbox(environment: environment)
    let tool = try #require(await toolbox.tools().first { $0.kind == .go })
    let prepared = await toolbox.prepared(tool)
    #expect(prepared.objdump != nil)
    for tool in [tool, prepared] {
      let listing = try RunningListing(tool, on: binary, environment: environment)
      #expect(try readAll(listing.output).contains("main.main"))
      #expect(try await listing.finish() == nil)
    }
    #expect((try? Stat(mark)) == nil)
  }

  /// From Go 1.25 on, the go command builds objdump when it is first asked for.
  @Test func objdumpIsBuiltOnce() async throws {
    let folder = try scratchFolder()
    try script("echo '\(folder)/built'", named: "built", in: folder)
    try script(
      "case $1 in version) echo 'go version go1.27.3 linux/amd64';; "
        + "*) echo \"$*\" >>'\(folder)/asked'; sleep 0.3; echo '\(folder)/built';; esac", named: "go",
      in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = "\(folder):/usr/bin:/bin"
    let toolbox = Toolbox(environment: environment)
    let tool = try #require(await toolbox.tools().first { $0.kind == .go })
    await withTaskGroup(of: FilePath?.self) { group in
      for _ in 0..<4 { group.addTask { await toolbox.prepared(tool).objdump } }
      for await objdump in group { #expect(objdump == folder.appending("built")) }
    }
    let asked = try FileDescriptor.open(folder.appending("asked"), .readOnly)
    #expect(try asked.closeAfter { try readAll(asked.rawValue) } == "tool -n objdump\n")
  }

  @Test func oneFunctionByItsRange() async throws {
    let binary = try await goProgram("linux/amd64", in: scratchFolder())
    let text = try #require(binary.section(".text"))
    for tool in await Toolbox(environment: testEnvironment()).tools() where tool.refusal(of: binary) == nil {
      let range = text.address..<text.address + 64
      let listing = try RunningListing(tool, on: binary, range: range, environment: testEnvironment())
      let lines = try readAll(listing.output).split(separator: "\n")
      #expect((5...80).contains(lines.count), "\(tool.label): \(lines.count) lines")
      #expect(try await listing.finish() == nil)
    }
  }

  @Test func fastestThatReadsIt() async throws {
    let folder = try scratchFolder()
    try script(
      "case $1 in --version) echo 'GNU objdump 2.40';; -i) printf '%s\\n' elf64-x86-64 elf32-littlearm;; esac",
      named: "objdump", in: folder)
    try script(
      "echo '  LLVM version 21.0.0'; echo '    aarch64 - AArch64'; echo '    x86-64 - 64-bit'",
      named: "llvm-objdump", in: folder)
    try script("echo 'go version go1.27.3 linux/amd64'", named: "go", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    let toolbox = Toolbox(environment: environment)
    let amd64 = try await goProgram("linux/amd64", in: scratchFolder())
    let arm64 = try await goProgram("linux/arm64", in: scratchFolder())
    #expect(try await toolbox.choose(for: amd64).label == "GNU objdump 2.40")
    #expect(try await toolbox.choose(for: arm64).label == "llvm-objdump 21.0.0")
    #expect(try await toolbox.choose(for: arm64, kind: .go).label == "go tool objdump (go1.27.3)")
    let arm = try await goProgram("linux/arm", in: scratchFolder())
    #expect(try await toolbox.choose(for: arm).label == "go tool objdump (go1.27.3)")
    #expect(try await toolbox.choose(for: arm, kind: .gnu).label == "GNU objdump 2.40")
    await #expect(throws: DisassemblyError.self) { try await toolbox.choose(for: arm64, kind: .gnu) }
  }

  /// A program that never says what it is counts as none: it is ended, and named; and so is one that never stops talking.
  @Test func aToolThatNeverAnswers() async throws {
    let folder = try scratchFolder()
    try script("exec /bin/sleep 600", named: "objdump", in: folder)
    try script("while :; do echo; done", named: "llvm-objdump", in: folder)
    try script("echo 'go version go1.27.3 linux/amd64'", named: "go", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    let toolbox = Toolbox(environment: environment, patience: 1)
    let binary = try await goProgram("linux/amd64", in: scratchFolder())
    let start = ContinuousClock.now
    let error = await #expect(throws: DisassemblyError.self) {
      try await toolbox.choose(for: binary, kind: .gnu)
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("objdump: did not say within"))
    #expect(await toolbox.silent().first?.lastComponent?.string == "objdump")
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// What a tool prints is none, and more than a pipe holds; it may even never end.
  @Test(arguments: [
    ("i=0; while [ $i -lt 40000 ]; do echo 'nothing of a listing in this line'; i=$((i + 1)); done", false),
    ("while :; do echo 'nothing of a listing in this line'; done", false),
    (
      "i=0; while [ $i -lt 40000 ]; do echo 'nothing of a listing'; i=$((i + 1)); done; echo why >&2; exit 3",
      true
    ),
  ])
  func aToolThatPrintsNoListing(text: String, fails: Bool) async throws {
    let folder = try scratchFolder()
    try script(
      "case $1 in --version) echo 'GNU objdump 2.40';; -i) echo elf64-x86-64;; *) \(text);; esac",
      named: "objdump", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    let binary = try await goProgram("linux/amd64", in: scratchFolder())
    let tool = try await Toolbox(environment: environment).choose(for: binary)
    let listing = try RunningListing(tool, on: binary, environment: environment)
    let start = ContinuousClock.now
    do {
      try await listing.discard()
      #expect(!fails)
    } catch {
      #expect(fails && "\(error)".contains("why"), "\(error)")
    }
    #expect(ContinuousClock.now - start < .seconds(40))
    #expect(soon { !isRunning(listing.processID) })
  }

  @Test func saysWhatToInstall() async throws {
    var environment = ChildEnvironment.current
    environment["PATH"] = ".::bin:\(try scratchFolder())"
    let binary = try await goProgram("linux/amd64", in: scratchFolder())
    let error = await #expect(throws: DisassemblyError.self) {
      try await Toolbox(environment: environment).choose(for: binary)
    }
    let message = error.map { "\($0)" } ?? ""
    for word in ["binutils-multiarch", "llvm", "Go toolchain", "Swift", "amd64"] {
      #expect(message.contains(word))
    }
  }

  /// A Swift toolchain's llvm-objdump is built without loong64.
  @Test func saysWhatReadsLoong64() async throws {
    let folder = try scratchFolder()
    try script(
      "case $1 in --version) echo 'GNU objdump 2.40'; exit;; -i) echo elf64-x86-64; exit;; esac",
      named: "objdump", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = folder.string
    let binary = try await goProgram("linux/loong64", in: scratchFolder())
    let error = await #expect(throws: DisassemblyError.self) {
      try await Toolbox(environment: environment).choose(for: binary)
    }
    let lines = error.map { "\($0)".split(separator: "\n") } ?? []
    #expect(lines.first?.contains("a Go toolchain, llvm 16 or later") == true, "\(lines)")
    #expect(lines.first?.contains("Swift toolchain on PATH has") == false)
    // One line for each tool that was looked at.
    #expect(lines.count == 2 && lines[1].hasPrefix("  GNU objdump"), "\(lines)")
  }

  @Test func unknownMachine() async throws {
    let binary = try await goProgram("linux/mips64le", in: scratchFolder())
    let error = await #expect(throws: DisassemblyError.self) {
      try await Toolbox(environment: testEnvironment()).choose(for: binary)
    }
    #expect(error.map { "\($0)" }?.contains("mips64le, which is not supported yet") == true)
  }

  /// LLVM 14 decodes LSE atomics only when told to. Go's prints `?`, and the bytes beside it.
  @Test func everyToolDecodesAtomicsOfARM() async throws {
    let binary = try await goProgram("linux/arm64", in: scratchFolder())
    for tool in await Toolbox(environment: testEnvironment()).tools()
    where tool.kind != .go && tool.refusal(of: binary) == nil {
      let listing = try RunningListing(tool, on: binary, environment: testEnvironment())
      let text = try readAll(listing.output)
      #expect(text.contains("ldaddal"), "\(tool.label)")
      _ = try await listing.finish()
    }
  }
}
