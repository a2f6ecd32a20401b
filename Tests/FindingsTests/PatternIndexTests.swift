import ProgramModel
import TestSupport
import Testing

@testable import Findings

@Suite("Many overrides: found without trying each on each function") struct PatternIndexTests {
  private func pattern(_ parts: [String], _ random: inout Seeded) -> PlacedPattern? {
    guard Bool.random(using: &random) || Bool.random(using: &random) else { return nil }
    let count = Int.random(in: 1...4, using: &random)
    let all = parts + ["*", "?", "*"]
    return PlacedPattern((0..<count).map { _ in all.randomElement(using: &random)! }.joined())
  }

  /// The same as trying each.
  @Test func sameAsTryingEach() {
    var random = Seeded(state: 1)
    for _ in 0..<200 {
      let entries = (0..<20).map { _ in
        PatternIndex.Entry(
          path: pattern(["a", "/", "b", "a/", "b.go"], &random),
          symbol: pattern(["m", ".", "f", "main."], &random))
      }
      let index = PatternIndex(entries)
      for _ in 0..<20 {
        let symbol = (0..<4).map { _ in ["m", ".", "f", "main."].randomElement(using: &random)! }.joined()
        let path =
          Bool.random(using: &random)
          ? (0..<4).map { _ in ["a", "/", "b", "b.go"].randomElement(using: &random)! }.joined() : nil
        let expected = entries.indices.filter { i in
          (entries[i].symbol?.matches(symbol) ?? true)
            && (entries[i].path.map { pattern in path.map(pattern.matches(path:)) ?? false } ?? true)
        }
        #expect(index.matches(symbol: symbol, path: path) == expected, "\(symbol) \(path ?? "-")")
      }
    }
  }

  /// 15,000 overrides of 3,000 functions, of each kind that there is.
  @Test(arguments: [
    "symbol: main.f%", "path: a/f%.go", "symbol: main.f%*", "path: \"*f%.go\"", "path: \"**\"",
  ])
  func manyOverrides(kind: String) throws {
    var text = "overrides:\n"
    for i in 0..<15_000 {
      let name = kind.contains("*f") || kind.contains("f%*") ? "\(i % 900)" : "\(i)"
      text += "- {\(kind.replacing("%", with: name)), rules: {large-frame: off}}\n"
    }
    var program = Program(
      header: Program.Header(
        input: "app", inputKind: .binary, os: "linux", arch: .amd64, ownFrom: .mod, ownPrefixes: ["main"],
        disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
    for i in 0..<3_000 {
      var function = Function(
        entry: UInt64(i + 1) * 16, name: program.names.intern("main.f\(i)"), size: 16,
        frame: StackFrame(bytes: 100_000))
      function.file = program.names.intern("/src/a/f\(i).go")
      function.line = 1
      program.functions.append(function)
    }
    let start = ContinuousClock.now
    let check = Check(
      configuration: try Configuration(text, file: "f.yml"), sources: SourceTree(root: "/src") { _ in nil })
    let found = check.run([program]).findings.count
    let time = (ContinuousClock.now - start).components.seconds
    #expect(time < 20, "\(time) s")
    #expect(found < 3_000)
  }

  /// Globs that nothing tells apart before they are tried: refused, with a place.
  @Test func tooManyAlike() {
    var text = "allow:\n"
    for i in 0..<1_001 { text += "- {rule: large-frame, symbol: \"*x\(i)*\", reason: r}\n" }
    #expect(throws: ConfigurationError.self) { try Configuration(text, file: "f.yml") }
    do {
      _ = try Configuration(text, file: "f.yml")
    } catch {
      #expect("\(error)".hasPrefix("f.yml:1002:") && "\(error)".contains("more than 1000 globs"), "\(error)")
    }
  }

  /// A baseline may say what it likes.
  @Test func measuresThatAreTooLarge() {
    let tolerance = Tolerance(percent: 100_000, bytes: 1)
    #expect(!tolerance.isWorse(.max, than: .max, .bytes))
    #expect(tolerance.isWorse(.max, than: 1, .bytes))
    #expect(tolerance.match([Int.max, 5, 1], [.max, .max - 1, 2], .bytes).gone.isEmpty)
    let measures = Array((0..<200_000).reversed())
    let start = ContinuousClock.now
    _ = tolerance.match(measures.map { $0 + 1_000_000 }, measures, .count)
    #expect((ContinuousClock.now - start).components.seconds < 10)
  }
}
