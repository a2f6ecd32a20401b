import Foundation
import ProgramModel
import Testing

@testable import CallGraph

/// `--edges` with what golang.org/x/tools' callgraph prints.
@Suite("Edges of callgraph") struct ToolEdgeTests {
  private func edge(_ text: String) -> ToolEdge? { ToolEdge(Array(text.utf8)[...]) }

  @Test func lines() throws {
    let found = try #require(edge("(*net/http.conn).serve\t--dynamic-2134:9-->\tmain.f$1"))
    #expect(String(decoding: found.caller, as: UTF8.self) == "(*net/http.conn).serve")
    #expect(String(decoding: found.callee, as: UTF8.self) == "main.f$1")
    #expect(found.isDynamic && found.line == 2134)
    #expect(edge("a.f\t--static-0:0-->\ta.g")?.isDynamic == false)
    for other in [
      "a.f -> a.g", "\"a.f\" \"a.g\"", "a.f\t--other-1:1-->\ta.g", "a.f\t--dynamic-9999999999:1-->\ta.g",
    ] {
      #expect(edge(other) == nil, "\(other)")
    }
  }

  /// Names as golang.org/x/tools/go/ssa prints them, and the symbols that they mean.
  @Test(arguments: [
    ("strings.Index", ["strings.Index"]),
    ("(*net/http.conn).serve", ["net/http.(*conn).serve"]),
    (
      "(net/http.HandlerFunc).ServeHTTP",
      ["net/http.(*HandlerFunc).ServeHTTP", "net/http.HandlerFunc.ServeHTTP"]
    ),
    ("gopkg.in/yaml.v3.Unmarshal", ["gopkg.in/yaml%2ev3.Unmarshal"]),
    ("(*gopkg.in/yaml.v3.Node).Decode", ["gopkg.in/yaml%2ev3.(*Node).Decode"]),
    ("slices.Sort[[]int int]", ["slices.Sort[go.shape.[]int,go.shape.int]"]),
    ("(*sync/atomic.Pointer[net/http.response]).Load", ["sync/atomic.(*Pointer[go.shape.struct {}]).Load"]),
    ("example.com/app.f", ["main.f"]),
    ("example.com/app.f$1", ["main.f.func1", "main.f.func1.2", "main.g.f.func1"]),
    ("(example.com/app.T).m$bound", ["main.T.m-fm"]),
    ("example.com/app.init#2", ["main.init.1"]),
    // Closures and the bodies of loops over functions are numbered apart in a program.
    ("example.com/app.r$1", ["main.r.func1", "main.r-range1"]), ("example.com/app.r$x", []),
    ("example.com/other.f", []), ("(*T", []),
    ("", []),
  ])
  func names(name: String, symbols: [String]) {
    var drawn = Drawn(modulePath: "example.com/app")
    for symbol in [
      "strings.Index", "net/http.(*conn).serve", "net/http.HandlerFunc.ServeHTTP",
      "net/http.(*HandlerFunc).ServeHTTP", "gopkg.in/yaml%2ev3.Unmarshal",
      "gopkg.in/yaml%2ev3.(*Node).Decode",
      "slices.Sort[go.shape.[]int,go.shape.int]", "sync/atomic.(*Pointer[go.shape.struct {}]).Load", "main.f",
      "main.f.func1", "main.g.f.func1", "main.f.func1.2", "main.T.m-fm", "main.init.1", "main.r",
      "main.r.func1",
      "main.r-range1",
    ] { drawn.add(symbol, 0) }
    let program = drawn.program
    let found = ToolNames(program).nodes(Array(name.utf8)[...])
    #expect(found.map { program.names.string(program.functions[Int($0)].name) }.sorted() == symbols.sorted())
  }

  /// A line's edges settle its calls; a callee that the program lacks, or another line, leaves them open.
  @Test func ofALine() throws {
    var drawn = Drawn()
    for (name, frame) in [("main.a", 32), ("main.x", 92), ("main.y", 192), ("main.z", 292)] {
      drawn.add(name, frame)
    }
    drawn.pointer("main.a", line: 7)
    drawn.pointer("main.a", line: 9)
    let program = drawn.program
    func depth(_ text: String) throws -> Depth {
      Depth(program, options: .init(edges: try EdgeRules(Array(text.utf8), file: "edges", program: program)))
    }
    let seven =
      "main.a\t--dynamic-7:2-->\tmain.x\nmain.a\t--dynamic-7:2-->\tmain.y\nmain.q\t--static-1:1-->\tmain.a\n"
    var found = try depth(seven)
    #expect(found.bytes("main.a") == 40 + 200 && found.causes("main.a") == .indirectCall)
    found = try depth(seven + "main.a\t--dynamic-9:2-->\tmain.z\n")
    #expect(found.bytes("main.a") == 40 + 300 && found.causes("main.a") == [])
    found = try depth(seven + "main.a\t--dynamic-9:2-->\tmain.pruned\nmain.a\t--dynamic-9:2-->\tmain.z\n")
    #expect(found.bytes("main.a") == 40 + 200 && found.causes("main.a") == .indirectCall)
    // Rules of the user beside them.
    found = try depth(seven + "main.a -> main.z")
    #expect(found.bytes("main.a") == 40 + 300 && found.causes("main.a") == [])
  }
}
