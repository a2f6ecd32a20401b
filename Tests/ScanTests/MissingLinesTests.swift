import ByteText
import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Listing
@testable import Scan

/// Listings of which somebody left out lines: no function says other figures than the whole one, and is certain of it.
@Suite("Lines missing inside a function") struct MissingLinesTests {
  private static let samples = [
    "amd64.go", "amd64.gnu", "amd64.gnu-noraw", "amd64.llvm", "amd64.intel", "amd64.gdb", "amd64.gdb-raw",
    "amd64.delve", "amd64.compiler", "386.go", "arm64.go", "arm64.gnu", "arm64.llvm", "arm64.compiler",
    "arm.go", "riscv64.go", "riscv64.compiler", "loong64.go", "loong64.compiler", "ppc64le.go",
    "ppc64le.compiler",
    "s390x.go", "s390x.compiler",
  ]

  /// The first offset of each line, and of each function's first line.
  private func starts(_ bytes: [UInt8]) throws -> (lines: [Int], functions: [Int]) {
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    guard case .found(let dialect) = DialectDetector.detect(text.span, end: bytes.count) else {
      return ([], [])
    }
    var lines: [Int] = []
    var functions: [Int] = []
    var position = 0
    while position < bytes.count {
      if dialect.format.mayBegin(with: bytes[position]), dialect.format.begins(text.span, at: position) {
        functions.append(lines.count)
      }
      lines.append(position)
      position = text.span.newline(from: position) + 1
    }
    return (lines, functions)
  }

  private func figures(_ function: Function, _ program: Program) -> String {
    func name(_ id: NameID) -> String { program.names.string(id) }
    return
      "\(function.frame.bytes) \(function.deferSites.map { "\($0.kind) \($0.looping) \($0.needless)" }) "
      + "\(function.atomics.map { name($0.instruction) }) \(function.calls.map { name($0.target) }.sorted()) "
      + "\(function.indirectCalls.count) \(function.goStatements.count)"
  }

  private func figures(_ program: Program) -> [String: (figures: String, isCertain: Bool)] {
    var all: [String: (String, Bool)] = [:]
    for function in program.functions {
      all[program.names.string(function.name)] = (figures(function, program), function.frame.uncertain == nil)
    }
    return all
  }

  @Test func noneIsCertainAndWrong() async throws {
    var random = Seeded(state: 11)
    var (read, wrong): (Int, [String]) = (0, [])
    for sample in Self.samples {
      let bytes = try ScanTests.sample(sample)
      let whole = figures(try await program(of: bytes))
      let (lines, functions) = try starts(bytes)
      for _ in 0..<95 {
        let place = Int.random(in: 0..<functions.count, using: &random)
        let end = place + 1 < functions.count ? functions[place + 1] : lines.count
        guard end - functions[place] > 4 else { continue }
        let first = Int.random(in: functions[place] + 1..<end - 1, using: &random)
        let last = min(end, first + Int.random(in: 1...20, using: &random))
        let cut = lines[first]..<(last < lines.count ? lines[last] : bytes.count)
        var bytes = bytes
        bytes.removeSubrange(cut)
        guard let found = try? await program(of: bytes) else { continue }
        read += 1
        let all = figures(found)
        let bad = whole.filter { name, figures in
          all[name].map { $0.isCertain && $0.figures != figures.figures } ?? false
        }
        if let bad = bad.first { wrong.append("\(sample) \(bad.key), lines \(first) to \(last)") }
      }
    }
    // No reader can tell a few: short instructions in a text without bytes, all that a function does between its first
    // line and its last one where nothing says where it begins.
    #expect(read > 1900 && wrong.count * 100 < read, "\(wrong.count) of \(read): \(wrong)")
  }

  /// The line that names a function is missing: its code stands in the one before, which is not certain then, unless
  /// nothing stands between them and neither grows the stack.
  @Test(arguments: [
    "amd64.go", "amd64.gnu", "amd64.gnu-noraw", "amd64.llvm", "386.go", "arm64.go", "arm64.gnu", "riscv64.go",
    "loong64.go", "ppc64le.go", "s390x.go",
  ])
  func namesMissing(sample: String) async throws {
    let bytes = try ScanTests.sample(sample)
    let whole = figures(try await program(of: bytes))
    let (lines, functions) = try starts(bytes)
    let gone = Set(functions.enumerated().filter { $0.offset % 4 == 3 }.map(\.element))
    var text: [UInt8] = []
    for (i, start) in lines.enumerated() where !gone.contains(i) {
      text += bytes[start..<(i + 1 < lines.count ? lines[i + 1] : bytes.count)]
    }
    let found = figures(try await program(of: text))
    #expect(found.count < whole.count)
    let wrong = found.filter { name, found in found.isCertain && found.figures != whole[name]?.figures }
    // Where machines have instructions of one length, a quarter of the functions ends on the next one's boundary.
    #expect(wrong.count <= gone.count / 6, "\(wrong.keys.sorted())")
  }

  /// The first instructions of a function of Go's text are missing: what is left does not stand on a boundary.
  @Test(arguments: ["amd64.go", "arm64.go", "386.go", "loong64.go", "ppc64le.go", "s390x.go"])
  func beginningsMissing(sample: String) async throws {
    let bytes = try ScanTests.sample(sample)
    let whole = figures(try await program(of: bytes))
    let (lines, functions) = try starts(bytes)
    for count in [1, 2, 5, 7] {
      var gone: Set<Int> = []
      for start in functions { gone.formUnion(start + 1...start + count) }
      var text: [UInt8] = []
      for (i, start) in lines.enumerated() where !gone.contains(i) || functions.contains(i) {
        text += bytes[start..<(i + 1 < lines.count ? lines[i + 1] : bytes.count)]
      }
      let found = figures(try await program(of: text))
      let wrong = found.filter { name, found in found.isCertain && found.figures != whole[name]?.figures }
      // Machines with instructions of one length reach the next boundary after three of them.
      #expect(
        wrong.count <= (sample == "amd64.go" ? found.count / 16 : found.count / 3), "\(count): \(wrong.count)"
      )
    }
  }

  /// `...` behind TABs is objdump's, for zeros; at the margin a person put it there.
  @Test func whatAPersonElides() async throws {
    var lines = String(decoding: try ScanTests.sample("amd64.gnu"), as: UTF8.self).components(
      separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0.hasSuffix("<main.frameBig>:") })
    let whole = try await program(of: Array(lines.joined(separator: "\n").utf8))
    lines.replaceSubrange(start + 3..<start + 9, with: ["..."])
    let found = try await program(of: Array(lines.joined(separator: "\n").utf8))
    for (a, b) in zip(whole.functions, found.functions) {
      let isCut = whole.names.string(a.name) == "main.frameBig"
      #expect(b.frame.uncertain == (isCut ? .elided : a.frame.uncertain))
      #expect(isCut || figures(a, whole) == figures(b, found))
    }
  }

  /// A window breaks lines as `fold` does. Where its first lines were short enough, a listing is read, and each function
  /// with a broken line is uncertain.
  @Test(
    arguments: ["amd64.gnu-noraw", "amd64.llvm", "amd64.intel", "arm64.gnu", "arm64.llvm"], [50, 60, 70, 80])
  func linesBrokenByAWindow(sample: String, width: Int) async throws {
    let bytes = try ScanTests.sample(sample)
    let whole = figures(try await program(of: bytes))
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
    var (broken, count): ([String], Int) = ([], 0)
    for (i, line) in lines.enumerated() {
      var (part, column) = ("", 0)
      for character in line {
        column = character == "\t" ? (column / 8 + 1) * 8 : column + 1
        if i > 600, column > width {
          broken.append(part)
          (part, column, count) = ("", 1, count + 1)
        }
        part.append(character)
      }
      broken.append(part)
    }
    let found = try await program(of: Array(broken.joined(separator: "\n").utf8))
    #expect(count == 0 || found.diagnostics.unknownLines > 0)
    for (name, found) in figures(found) where found.isCertain {
      #expect(found.figures == whole[name]?.figures, "\(name)")
    }
  }
}
