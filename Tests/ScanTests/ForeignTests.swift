import ProgramModel
import Testing

@testable import CallGraph
@testable import Scan

/// C in a program, and the linker's own code, which looks like it in the linker's table.
@Suite("C, and what is not") struct ForeignTests {
  private static let module = ["go.mod": "module example.com/foreign\n\ngo 1.21\n"]

  /// Go's table has no rows for C that another linker put in. It runs on the system's stack, and is in no chain of
  /// functions without a split check.
  @Test(arguments: ["internal", "external"]) func cFunctions(mode: String) async throws {
    #if arch(x86_64)
      let text = """
        package main

        // static int twice(int n) { volatile char room[20000]; room[n] = n; return 2 * room[n]; }
        import "C"

        func main() { println(int(C.twice(21))) }

        """
      let files = Self.module.merging(["main.go": text]) { $1 }
      try await withGoProgram(files, .amd64, flags: ["-ldflags=-linkmode=\(mode)"], callsC: true) { path in
        let program = try await program(path)
        let facts = Facts(program)
        let names = program.functions.filter { $0.frame.uncertain == .foreign }.map {
          facts.name($0.name)
        }
        #expect(names.contains { $0.hasSuffix("_Cfunc_twice") })
        #expect(!names.contains { $0.hasPrefix("main.") || $0.hasPrefix("runtime.") || $0.hasPrefix("go:") })
        let depth = Depth(program)
        #expect(depth.nosplit.longest ?? 0 > 100)
        #expect(depth.nosplit.longest ?? .max < depth.nosplit.limit)
      }
    #endif
  }

  @Test func trampolines() async throws {
    let files = Self.module.merging(["main.go": "package main\n\nfunc main() { println(1) }\n"]) { $1 }
    try await withGoProgram(files, .arm64, flags: ["-ldflags=-debugtramp=2"]) { path in
      let program = try await program(path)
      let facts = Facts(program)
      #expect(program.functions.count { facts.name($0.name).contains("-tramp") } > 20)
      #expect(!program.functions.contains { $0.frame.uncertain == .foreign })
    }
  }
}
