import ProgramModel
import Testing

@Suite("A function's lines end before the next one") struct FunctionLineTests {
  @Test func whatIsInlinedFromFurtherDownIsNotItsOwn() {
    var program = Program(
      header: Program.Header(input: "a", inputKind: .text, arch: .amd64, disassembler: .go),
      names: NameTable(),
      functions: [], diagnostics: Diagnostics(), isPartial: false)
    for (name, file, line, last) in [
      ("a.first", "a.go", 10, 400), ("a.first.func1", "a.go", 14, 16), ("a.G[go.shape.int]", "a.go", 40, 90),
      ("a.G[go.shape.string]", "a.go", 40, 45), ("a.last", "a.go", 60, 500), ("b.other", "b.go", 30, 35),
    ] as [(String, String, Int32, Int32)] {
      var function = Function(
        entry: UInt64(program.functions.count), name: program.names.intern(name), size: 1,
        frame: StackFrame(bytes: 0))
      (function.file, function.line, function.endLine) = (program.names.intern(file), line, last)
      program.functions.append(function)
    }
    program.limitLines()
    #expect(program.functions.map(\.endLine) == [39, 16, 59, 45, 500, 35])
  }
}
