import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// What `go` statements, defers and indirect calls lead to, held against the sample's own word.
@Suite("Where calls lead that name no target") final class CalleeTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The sample program, built for a machine, as a disassembler shows it.
  private func features(_ arch: Architecture, _ disassembler: Disassembler, _ flags: String...) async throws
    -> Program
  {
    let path = folder.appendingPathComponent("features-\(arch)").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "GOOS=linux", "GOARCH=\(arch)", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false",
        ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go", "build",
      ] + flags + ["-o", path, "."]
    process.currentDirectoryURL = samplePath("features")
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    var options = ScanOptions()
    options.disassembler = disassembler
    return try await program(path, options)
  }

  @Test(arguments: liveMachines.flatMap { arch in arch.disassemblers.map { (arch, $0) } })
  func everyStatement(arch: Architecture, disassembler: Disassembler) async throws {
    try check(try await features(arch, disassembler), arch)
  }

  /// The words of read-only data lie in other sections there, and are filled in by relocations. On 386 and arm that
  /// takes a C compiler.
  @Test(arguments: [Architecture.amd64, .arm64]) func positionIndependent(arch: Architecture) async throws {
    try check(try await features(arch, .gnu, "-buildmode=pie"), arch)
  }

  @Test(arguments: liveMachines.filter { !$0.strippedDisassemblers.isEmpty })
  func stripped(arch: Architecture) async throws {
    try check(
      try await features(arch, try #require(arch.strippedDisassemblers.first), "-ldflags=-s -w"), arch)
  }

  private func check(_ program: Program, _ arch: Architecture) throws {
    let facts = Facts(program)
    var runs: [String: String] = [:]
    var starts: [String: String] = [:]
    for want in try Want.all() where want.holds(on: arch) {
      if want.subject == "runs" { runs[want.place] = want.words[0] }
      if want.subject == "go" { starts[want.place] = want.words[0] }
    }
    var (defers, statements, exits) = (0, 0, 0)
    for function in program.functions where facts.name(function.name).hasPrefix("main.") {
      let file = facts.name(function.file).split(separator: "/").last.map(String.init) ?? "-"
      for site in function.goStatements {
        let wanted = try #require(starts["\(file):\(site.line ?? 0)"])
        #expect(wanted == "?" ? site.target == nil : leads(site, to: wanted, program, facts))
        statements += 1
      }
      for site in function.deferSites {
        // Which way a jump table goes is not in the text.
        if facts.name(function.name) == "main.deferInJumpTable", arch.hasJumpTables {
          #expect(site.callee.openReason == .table)
          continue
        }
        let place = try #require(site.location)
        let wanted = runs["\(file):\(place.line)"] ?? "main.note"
        #expect(
          wanted == "?" ? site.target != nil : leads(site, to: wanted, program, facts),
          "\(file):\(place.line) \(facts.name(site.target))")
        defers += 1
      }
      // Wrappers are numbered in the order of the statements.
      let numbers = function.deferSites.sorted { $0.location?.line ?? 0 < $1.location?.line ?? 0 }
        .compactMap { facts.name($0.target).components(separatedBy: ".deferwrap").last.flatMap { Int($0) } }
      #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
      // What an exit calls through a slot of the frame is what the statement put there.
      for call in function.indirectCalls where call.target != nil {
        #expect(function.deferSites.contains { $0.callee == call.callee })
        exits += 1
      }
    }
    #expect(statements == 8)
    #expect(defers == (arch.hasJumpTables ? 51 : 54))
    #expect(exits == 5)
  }

  /// Through the wrapper that the compiler makes for arguments, or directly.
  private func leads(_ site: some LeadingSite, to name: String, _ program: Program, _ facts: Facts) -> Bool {
    guard let entry = site.targetEntry, let i = program.index(ofEntry: entry) else { return false }
    let target = facts.name(site.target)
    guard target.contains(".gowrap") || target.contains(".deferwrap") else { return target == name }
    return program.functions[i].calls.contains { facts.name($0.target) == name }
  }

  /// Text alone shows less, never something else.
  @Test(arguments: [
    "amd64.go", "amd64.gnu", "amd64.gnu-noraw", "amd64.intel", "amd64.llvm", "amd64.llvm14", "arm64.go",
    "arm64.gnu", "arm64.llvm", "386.go", "arm.go", "riscv64.go", "loong64.go", "ppc64le.go", "s390x.go",
  ])
  func textShowsNothingElse(name: String) async throws {
    let text = try await scanSample(name)
    let arch = text.header.arch
    let live = try await features(arch, arch.disassemblers.contains(.gnu) ? .gnu : .go)
    let (facts, known) = (Facts(text), Facts(live))
    var named = 0
    func compare(_ a: [some LeadingSite], _ b: [some LeadingSite], _ function: String) {
      #expect(a.count == b.count)
      for (site, other) in zip(a, b) where site.target != nil {
        named += 1
        #expect(facts.name(site.target) == known.name(other.target), "\(function)")
      }
    }
    var functions: [String: Function] = [:]
    for function in live.functions { functions[known.name(function.name)] = function }
    for function in text.functions where facts.name(function.name).hasPrefix("main.") {
      let other = try #require(functions[facts.name(function.name)])
      compare(function.goStatements, other.goStatements, facts.name(function.name))
      compare(function.deferSites, other.deferSites, facts.name(function.name))
      compare(function.indirectCalls, other.indirectCalls, facts.name(function.name))
    }
    #expect(named == 18)
  }

  /// What is named in a real program. These may only go up.
  private static let leastNamed: [Architecture: [Int]] = [
    .amd64: [18, 131, 369], .arm64: [18, 131, 368], .i386: [17, 131, 337], .arm: [18, 131, 375],
    .riscv64: [17, 132, 378], .loong64: [17, 131, 370], .ppc64le: [18, 132, 376], .s390x: [17, 133, 377],
  ]

  @Test(arguments: liveMachines) func realProgram(arch: Architecture) async throws {
    let least = try #require(Self.leastNamed[arch])
    let program = try await program(linkProgram(arch))
    func count(_ sites: (Function) -> [some LeadingSite]) -> (named: Int, all: Int) {
      let all = program.functions.flatMap(sites)
      #expect(all.allSatisfy { ($0.targetEntry == nil) == ($0.callee.openReason != nil) || $0 is DeferSite })
      return (all.count { $0.targetEntry != nil }, all.count)
    }
    let (go, defers, indirect) = (count(\.goStatements), count(\.deferSites), count(\.indirectCalls))
    #expect(go.named * 20 >= go.all * 17)
    #expect(go.named >= least[0] && defers.named >= least[1] && indirect.named >= least[2])
  }
}
