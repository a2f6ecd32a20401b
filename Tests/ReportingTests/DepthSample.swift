import CallGraph
import ProgramModel

@testable import Reporting

/// The small server with a way down: it renders itself again, starts goroutines, and calls what is open.
enum DepthSample {
  static func program() -> Program {
    var program = Sample.server()
    func index(_ name: String) -> Int {
      program.functions.firstIndex { program.names.string($0.name) == name }!
    }
    func call(_ caller: String, _ callee: String, line: Int32, _ kind: CallSite.Kind = .call) {
      let target = program.functions.first { program.names.string($0.name) == callee }
      let site = CallSite(
        address: 0, target: program.names.intern(callee), targetEntry: target?.entry, kind: kind,
        place: SitePlace(line: line))
      program.functions[index(caller)].calls.append(site)
    }
    call("main.render", "main.(*Server).dispatch", line: 40)
    call("main.render", "main.render", line: 41)
    call("main.drain", "main.(*Counter).Add", line: 144)
    call("main.start.gowrap1", "main.drain", line: 1)
    call("main.drain", "github.com/other/lib.Do", line: 145)
    let goroutine = program.functions[index("main.start.gowrap1")]
    program.functions[index("main.(*Counter).Add")].goStatements = [
      GoStatement(
        address: 0x49c020, place: SitePlace(line: 30),
        callee: Callee(target: goroutine.name, entry: goroutine.entry))
    ]
    return program
  }

  static func report(
    _ view: DepthReport.View = .summary, _ selection: Selection = Selection(), program: Program = program()
  ) -> DepthReport {
    DepthReport(
      Report(program: program, selection: selection, version: "0.1.0", jobs: 2), depth: Depth(program),
      view: view)
  }
}
