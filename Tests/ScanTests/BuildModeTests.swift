import ProgramModel
import Testing

@testable import Scan

/// Go code in libraries that C's linker makes, or has yet to make.
@Suite("Build modes") struct BuildModeTests {
  #if arch(x86_64)
    private static let files = [
      "go.mod": "module example.com/mode\n\ngo 1.21\n",
      "main.go": """
      package main

      // static int twice(int n) { return 2 * n; }
      import "C"
      import "os"

      //export Hello
      func Hello(n C.int) C.int {
      \tdefer println("bye")
      \treturn C.twice(n)
      }

      func Serve() error {
      \tf, err := os.Open("x")
      \tif err != nil {
      \t\treturn err
      \t}
      \treturn f.Close()
      }

      func main() { println(Hello(3), Serve()) }

      """,
    ]

    @Test(arguments: ["plugin", "c-archive", "c-shared", "exe", "pie"]) func modes(mode: String) async throws
    {
      try await withGoProgram(Self.files, .amd64, flags: ["-buildmode=\(mode)"], callsC: true) { path in
        let result = try await scan(Array(path.utf8CString), options: ScanOptions())
        #expect(result.warnings == [])
        let program = result.program
        func function(_ wanted: (String) -> Bool) throws -> Function {
          try #require(program.functions.first { wanted(program.names.string($0.name)) })
        }
        // The path of a plugin's package has a hash.
        let serve = try function { $0.hasSuffix(".Serve") }
        #expect(serve.file.map { program.names.string($0).hasSuffix("/main.go") } == true)
        #expect(serve.line == 13 && serve.endLine ?? 0 >= 18)
        let open = try #require(
          serve.calls.first { program.names.string($0.target) == "os.OpenFile" })
        #expect(open.targetEntry != nil && open.place.callers.last?.call?.line == 14)
        let hello = try function { $0.hasSuffix(".Hello") && !$0.hasPrefix("_cgoexp_") }
        #expect(hello.deferSites.map { $0.location?.line } == [9])
        let wrapper = try function { $0.hasPrefix("_cgoexp_") && $0.hasSuffix("_Hello") }
        #expect(program.origin(of: wrapper) == .compiler)
        #expect(!program.functions.contains { program.names.string($0.name).contains("@plt-0x") })

        let verification = try await verify(Array(path.utf8CString), options: ScanOptions()).verification
        #expect(verification.disagreements.isEmpty)
        #expect(verification.counts[.frame]?.agree ?? 0 > 1000)
      }
    }
  #endif

  /// Assembly that takes stack in a way which its assembler does not count, as `crosscall2` of s390x does.
  @Test(arguments: [
    ("s390x", "MOVD $-96(R15), R15", "MOVD $96(R15), R15"), ("amd64", "SUBQ $96, SP", "ADDQ $96, SP"),
  ]) func uncounted(arch: String, take: String, give: String) async throws {
    let files = [
      "go.mod": "module example.com/uncounted\n\ngo 1.21\n",
      "main.go": "package main\n\nfunc take()\n\nfunc main() { take() }\n",
      "take.s": """
      #include "textflag.h"

      TEXT ·take(SB),NOSPLIT|NOFRAME,$0-0
      \t\(take)
      \t\(give)
      \tRET

      """,
    ]
    let machine = try #require(Architecture(rawValue: arch))
    try await withGoProgram(files, machine) { path in
      let verification = try await verify(Array(path.utf8CString), options: ScanOptions()).verification
      #expect(verification.disagreements.isEmpty)
      let found = verification.uncertain.first { verification.names.string($0.name) == "main.take" }
      #expect(found?.linker == "0 bytes, without what assembly subtracts from SP")
      #expect(found?.text == "96 bytes")
    }
  }
}
