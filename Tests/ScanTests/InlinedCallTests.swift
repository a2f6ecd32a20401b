import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// Calls whose line is one of an inlined function: with the file of that line, and with the calls that were inlined.
@Suite("Calls within inlined functions") struct InlinedCallTests {
  private static let files = [
    "go.mod": "module example.com/inlined\n\ngo 1.21\n",
    "main.go": """
    package main

    func main() {
    \tprintln(first(3))
    \tprintln(through(work))
    \tgo work(4)
    }

    """,
    "inner.go": """
    package main

    //go:noinline
    func work(n int) int { return n * 7 }

    func first(n int) int {
    \treturn second(n) + 1
    }

    func second(n int) int { return work(n) }

    //go:noinline
    func through(f func(int) int) int {
    \treturn pass(f)
    }

    func pass(f func(int) int) int { return f(2) }

    """,
  ]

  private func words(_ place: SitePlace, _ program: Program) -> String {
    func name(_ id: NameID?) -> String { id.map(program.names.string) ?? "-" }
    let callers = place.callers.map { caller in
      " in \(name(caller.function)), called at \(name(caller.call?.file)):\(caller.call?.line ?? 0)"
    }
    return "\(name(place.file)):\(place.line ?? 0)" + callers.joined()
  }

  @Test(arguments: liveMachines.flatMap { arch in arch.disassemblers.map { (arch, $0) } })
  func live(arch: Architecture, disassembler: Disassembler) async throws {
    try await withGoProgram(Self.files, arch) { path in
      var options = ScanOptions()
      options.disassembler = disassembler
      let program = try await program(path, options)
      let main = try #require(program.functions.first { program.names.string($0.name) == "main.main" })
      let work = main.calls.filter { program.names.string($0.target) == "main.work" }.map {
        words($0.place, program)
      }
      #expect(
        work == ["inner.go:10 in main.second, called at inner.go:7 in main.first, called at main.go:4"])
      let others = main.calls.filter { program.names.string($0.target) == "main.through" }
      #expect(others.map { words($0.place, program) } == ["-:5"])
      #expect(main.goStatements.map { words($0.place, program) } == ["-:6"])
      let through = try #require(
        program.functions.first { program.names.string($0.name) == "main.through" })
      #expect(
        through.indirectCalls.map { words($0.place, program) } == [
          "inner.go:17 in main.pass, called at inner.go:14"
        ])
    }
  }

  /// No line without a file is outside of its function.
  @Test(arguments: liveMachines) func everyCall(arch: Architecture) async throws {
    let program = try await program(try linkProgram(arch))
    var (inlined, outside): (Int, [String]) = (0, [])
    for function in program.functions {
      guard let first = function.line, let last = function.endLine else { continue }
      let places =
        function.calls.map(\.place) + function.indirectCalls.map(\.place) + function.goStatements.map(\.place)
      for place in places {
        if !place.callers.isEmpty { inlined += 1 }
        if let line = place.line, place.file == nil, line < first || line > last {
          outside.append("\(program.names.string(function.name)) \(line), \(first) to \(last)")
        }
      }
    }
    #expect(inlined > 1000)
    #expect(outside == [])
  }

  /// Go's text says the file of each line, but not what was inlined.
  @Test func text() async throws {
    let program = try await scanSample("amd64.go")
    var other = 0
    for function in program.functions {
      let own = function.file.map { program.names.string($0) } ?? ""
      for place in function.calls.map(\.place) {
        #expect(place.callers.isEmpty)
        guard let file = place.file.map({ program.names.string($0) }) else { continue }
        other += 1
        #expect(own != file && !own.hasSuffix("/" + file))
      }
    }
    #expect(other == 10)
  }
}
