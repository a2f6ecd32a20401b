import SystemPackage
import Testing

@testable import Disassembly

struct ChildProcessTests {
  private func run(
    _ text: String, limit: Int = 1 << 20, limits: Command.Limits? = nil, directory: FilePath? = nil
  ) async throws -> (output: [UInt8], ending: Ending) {
    try await ChildProcess.run(
      Command(
        executable: "/bin/sh", arguments: ["-c", Command.Argument(text)], environment: .current,
        directory: directory, limits: limits), limit: limit)
  }

  /// What decides something is whole, or the command has failed: nothing of it is left out in the middle.
  @Test func outputIsWholeOrAFailure() async throws {
    let whole = try await run("seq 1 100000")
    #expect(whole.ending.isSuccess && whole.output.count == 588_895)
    let more = try await run("while :; do echo more; done", limit: 100_000)
    #expect(more.ending.status == .tooMuch(100_000) && more.output.isEmpty)
  }

  /// A list of packages of any length.
  @Test func aLongListOfPackages() async throws {
    let folder = try scratchFolder()
    try script(
      "seq -f '/a.a\texample.com/%.0f\t\t\t\tlinux\tamd64\t/d\ta.go/' 100000", named: "go", in: folder)
    var environment = ChildEnvironment.current
    environment["PATH"] = "\(folder):\(environment["PATH"] ?? "")"
    let packages = try await GoBuild(Toolbox(environment: environment)).archives(packages: ["example.com/..."]
    )
    #expect(packages.count == 100_000 && packages[50_000].importPath == "example.com/50001")
  }

  @Test func limitsAndAFolder() async throws {
    let folder = try scratchFolder()
    let limited = try await run(
      "pwd; ulimit -v; ulimit -t", limits: .init(kibibytes: 4 << 20, seconds: 60), directory: folder)
    let words = String(decoding: limited.output, as: UTF8.self).split(separator: "\n")
    #expect(words.count == 3 && words[0].hasSuffix(folder.lastComponent?.string ?? "-") && words[2] == "60")
    #if os(Linux)
      #expect(words[1] == "4194304")
    #endif
  }

  /// What whoever started us left open stays ours.
  @Test func noDescriptorIsInherited() async throws {
    let file = try FileDescriptor.open(FilePath("/dev/null"), .readOnly)
    defer { try? file.close() }
    let answer = try await run("if [ -e /dev/fd/\(file.rawValue) ]; then echo open; else echo closed; fi")
    #expect(String(decoding: answer.output, as: UTF8.self) == "closed\n")
  }
}
