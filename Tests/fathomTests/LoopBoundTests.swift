import Foundation
import ProgramModel
import TestSupport
import Testing

/// `samples/rules/looping-defer/`: the bound of each defer in a loop is what its `// at most N` comment says, and
/// there is none where there is no comment; with each Go toolchain that is there, and through each disassembler.
@Suite("Defers in loops that count to a constant") struct LoopBoundTests {
  static let folder = RuleSampleTests.folder.appendingPathComponent("looping-defer")

  /// The go command of the tests, and those of other versions beside it (scripts/setup).
  static let commands: [URL] = {
    guard let path = ProcessInfo.processInfo.environment["FATHOM_GO"] else { return [] }
    let go = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let versions = (0..<4).reduce(go) { url, _ in url.deletingLastPathComponent() }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: versions.path)) ?? []
    // scripts/accuracy puts Debian's beside them, which is older than the samples.
    let others = names.filter { $0.first?.isNumber ?? false }.sorted().map {
      versions.appendingPathComponent("\($0)/go/bin/go")
    }
    .filter { FileManager.default.isExecutableFile(atPath: $0.path) }
    return others.contains(go) ? others : [go] + others
  }()

  static let cases = liveMachines.flatMap { arch in
    ["go", "gnu", "llvm"].filter { arch != .loong64 || $0 != "gnu" }.map { (arch.rawValue, $0) }
  }

  @Test(arguments: cases) func boundsAreProved(arch: String, disassembler: String) async throws {
    #expect(!Self.commands.isEmpty, "FATHOM_GO names no go command; scripts/test sets it")
    for go in Self.commands {
      // Go 1.21's objdump does not know these.
      let isOld = go.path.contains("/1.21.") || go.path.contains("/1.22.")
      if isOld, disassembler == "go", ["riscv64", "loong64", "s390x"].contains(arch) { continue }
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "fathom-loops-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      var wants = try program(in: folder)
      // Up to Go 1.26 `duffcopy` copies the pair there: how much of the frame it writes is not in Go's text,
      // and the counter stands behind.
      if arch == "arm", !go.path.contains("/1.27.") { wants["quiet.go:20"] = .some(nil) }
      var environment = ["GOOS": "linux", "GOARCH": arch, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"]
      try await run(go, ["build", "-o", "program", "."], in: folder, environment)
      environment["PATH"] =
        go.deletingLastPathComponent().path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
      let scan = try await Executable(
        ["scan", "--no-cache", "--disassembler", disassembler, "--format", "ndjson", "program"], in: folder,
        environment: environment)
      #expect(scan.status == 0, "\(scan.errors)")
      var found: [String: Int?] = [:]
      for record in scan.records where (record["name"] as? String)?.hasPrefix("main.") == true {
        for site in record["deferSites"] as? [[String: Any]] ?? [] where site["looping"] as? Bool == true {
          let file = (site["file"] as? String)?.split(separator: "/").last ?? "-"
          found["\(file):\(site["line"] ?? "-")"] = .some(site["bound"] as? Int)
        }
      }
      let expected = wants.filter { !isOld || !$0.key.contains("_go1.23") }
      #expect(expected.count == (isOld ? 35 : 41) && found == expected, "\(go.path)")
    }
  }

  /// The sample as a program that refers to each function; and what its comments say, by `file:line`.
  private func program(in folder: URL) throws -> [String: Int?] {
    var wants: [String: Int?] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    where file.hasSuffix(".go") {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
      let lines = text.components(separatedBy: "\n")
      for (i, line) in lines.enumerated() {
        if let mark = line.range(of: "// at most ") {
          wants["\(file):\(i + 1)"] = Int(line[mark.upperBound...].prefix { $0.isNumber })
        } else if line.contains("// want looping-defer") {
          wants["\(file):\(i + 1)"] = .some(nil)
        }
      }
      let functions = lines.filter { $0.hasPrefix("func ") }.compactMap { line in
        line.dropFirst(5).split(separator: "(").first
      }
      // The linker leaves out what nothing refers to.
      let uses = "\n\nfunc init() { keep(\(functions.joined(separator: ", "))) }\n"
      let program = text.replacingOccurrences(of: "package rules", with: "package main") + uses
      try program.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
    }

    try "module example.com/loops\n\ngo 1.21\n".write(
      to: folder.appendingPathComponent("go.mod"), atomically: true, encoding: .utf8)
    try
      "package main\n\nvar kept [][]any\n\n//go:noinline\nfunc keep(f ...any) { kept = append(kept, f) }\n\nfunc main() {}\n"
      .write(
        to: folder.appendingPathComponent("main.go"), atomically: true, encoding: .utf8)
    return wants
  }

  private func run(_ command: URL, _ arguments: [String], in folder: URL, _ environment: [String: String])
    async throws
  {
    let process = Process()
    process.executableURL = command
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    try await process.ended()
    #expect(process.terminationStatus == 0, "\(command.path) \(arguments)")
  }
}
