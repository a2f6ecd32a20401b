import ProgramModel
import Testing

@testable import CallGraph

/// The numbers of Go's `runtime/stack.go` for each system.
@Suite("The runtime's numbers") struct StackRulesTests {
  @Test(arguments: [
    // The first stack is 2,048 bytes and stackSystem, as a power of two; the guard 800, stackSystem and 128.
    ("linux", Architecture.amd64, 2048, 928), ("darwin", .amd64, 2048, 928), ("darwin", .arm64, 2048, 928),
    ("freebsd", .amd64, 2048, 928), ("freebsd", .arm64, 2048, 928), ("windows", .amd64, 8192, 5024),
    ("windows", .arm64, 8192, 5024), ("windows", .i386, 8192, 5024), ("plan9", .amd64, 4096, 1440),
    ("ios", .arm64, 4096, 1952), ("ios", .amd64, 2048, 928), ("openbsd", .amd64, 2048, 1728),
  ])
  func ofASystem(os: String, arch: Architecture, first: Int, guardSize: Int) {
    let rules = StackRules(arch: arch, os: os)
    #expect(rules.first == first)
    #expect(rules.guardSize == guardSize)
  }

  /// Of text nobody knows the system: Linux's are those of most.
  @Test func ofAnUnknownSystem() {
    #expect(StackRules(arch: .arm64, os: nil) == StackRules(arch: .arm64, os: "linux"))
  }

  /// A frame that grows a stack of Linux, where all of the first one's 8,192 bytes less the guard are free on Windows.
  @Test(arguments: [("linux", [4096]), ("windows", [])]) func growth(os: String, sizes: [Int]) {
    var drawn = Drawn()
    drawn.add("main.main", 16)
    drawn.add("main.f", 1400)
    drawn.go("main.main", "main.f")
    var program = drawn.program
    program.header.os = os
    let depth = Depth(program)
    let outcome = depth.growth.outcome(of: depth.node("main.f"), depth.graph)
    #expect(outcome.steps.map(\.size) == sizes)
  }
}
