import Foundation
import ProgramModel
import Testing

@testable import Scan

/// An item of a `// want` comment; samples/README.md has the grammar.
struct Want {
  var place: String
  var subject: String
  var selector: String
  /// The architectures that have an item of its subject for themselves on its line.
  var others: Set<String> = []
  /// Without quotes.
  var words: [String]

  static func all() throws -> [Want] {
    let folder = samplePath("features")
    var wants: [Want] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where file.hasSuffix(".go") && !file.hasPrefix("before_") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for (i, line) in text.components(separatedBy: "\n").enumerated() {
        guard let mark = line.range(of: " // want ") else { continue }
        let first = wants.count
        for item in line[mark.upperBound...].components(separatedBy: "; ") {
          let quoted = item.components(separatedBy: "\"")
          let plain = (quoted[0] + (quoted.count > 2 ? quoted[2] : "")).split(separator: " ").map(String.init)
          let head = plain[0].split(separator: "[")
          wants.append(
            Want(
              place: "\(file):\(i + 1)", subject: String(head[0]),
              selector: head.count > 1 ? String(head[1].dropLast()) : "",
              words: (quoted.count > 1 ? [quoted[1]] : []) + plain.dropFirst()))
        }
        for i in first..<wants.count {
          wants[i].others = Set(wants[first...].filter { $0.subject == wants[i].subject }.map(\.selector))
        }
      }
    }
    return wants
  }

  /// Whether it holds on this machine; the shipped listings are Go 1.27's.
  func holds(on arch: Architecture) -> Bool {
    if !arch.inlinesAtomics, subject.hasSuffix("atomic") { return selector == arch.rawValue }
    if selector.isEmpty { return !others.contains(arch.rawValue) }
    return selector == arch.rawValue || selector.hasPrefix("go1.")
  }
}

@Suite("The sample's own word on every function") struct TruthTests {
  private func wants(_ subject: String, _ arch: Architecture) throws -> [Want] {
    let wants = try Want.all().filter { $0.subject == subject && $0.holds(on: arch) }
    #expect(!wants.isEmpty || !arch.inlinesAtomics && subject.hasSuffix("atomic"))
    return wants
  }

  /// `file:line` of a site in one of the sample's own files.
  private func place(_ function: Function, _ line: Int32?, _ facts: Facts) -> String {
    let file = facts.name(function.file).split(separator: "/").last.map(String.init) ?? "-"
    return "\(file):\(line ?? 0)"
  }

  private func isWritten(_ function: Function, _ facts: Facts) -> Bool {
    facts.name(function.file).hasSuffix(".go") && facts.name(function.name).hasPrefix("main.")
  }

  /// A generic function is there once for each shape: a site counts once for its line and words, but two
  /// of one kind on one line of one function would show.
  @Test(arguments: Architecture.allCases) func defers(arch: Architecture) async throws {
    let program = try await scanSample("\(arch).go")
    let facts = Facts(program)
    var found: Set<String> = []
    for function in program.functions where isWritten(function, facts) {
      var own: [String] = []
      for site in function.deferSites {
        let words = ["\(site.kind)"] + (site.looping ? ["looping"] : []) + (site.needless ? ["needless"] : [])
        own.append(
          "\(site.location.map { "\(facts.name($0.file)):\($0.line)" } ?? "?") \(words.joined(separator: " "))"
        )
      }
      #expect(Set(own).count == own.count)
      found.formUnion(own)
    }
    let wanted = try wants("defer", arch).map { "\($0.place) \($0.words.joined(separator: " "))" }
    #expect(found.sorted() == Set(wanted).sorted())
  }

  @Test(arguments: Architecture.allCases) func indirectCalls(arch: Architecture) async throws {
    let program = try await scanSample("\(arch).go")
    let facts = Facts(program)
    var found: Set<String> = []
    for function in program.functions where isWritten(function, facts) {
      for call in function.indirectCalls {
        found.insert("\(place(function, call.line, facts))\(call.inLoop ? " inLoop" : "")")
      }
    }
    let wanted = try wants("indirect", arch).map { $0.place + ($0.words.isEmpty ? "" : " inLoop") }
    #expect(found.sorted() == Set(wanted).sorted())
  }

  /// Text names the target of a statement that captures something; never a wrong one.
  @Test(arguments: Architecture.allCases) func goStatements(arch: Architecture) async throws {
    let program = try await scanSample("\(arch).go")
    let facts = Facts(program)
    var found: [String: String] = [:]
    for function in program.functions where isWritten(function, facts) {
      for go in function.goStatements {
        let key = "\(place(function, go.line, facts))\(go.inLoop ? " inLoop" : "")"
        #expect(found[key] == nil)
        var target = facts.name(go.target)
        if target.contains(".gowrap") {
          let wrapper = program.functions.first { facts.name($0.name) == target }
          let calls = wrapper?.calls.map { facts.name($0.target) } ?? []
          target = calls.first { !$0.hasPrefix("runtime.morestack") } ?? "-"
        }
        found[key] = target
      }
    }
    let wanted = try wants("go", arch)
    #expect(
      found.keys.sorted() == wanted.map { $0.place + ($0.words.contains("inLoop") ? " inLoop" : "") }.sorted()
    )
    for want in wanted {
      let target = try #require(found[want.place] ?? found[want.place + " inLoop"])
      #expect(target == "-" || target == want.words[0], "\(want.place)")
    }
    guard arch == .amd64 else { return }
    for name in [
      "main.workerOf", "main.(*gate).run", "main.goCapturing.func1",
      "main.goCapturingInLoop.func1",
    ] {
      #expect(found.values.contains(name), "\(name)")
    }
  }

  @Test(arguments: Architecture.allCases) func splitChecks(arch: Architecture) async throws {
    let program = try await scanSample("\(arch).go")
    let facts = Facts(program)
    for want in try wants("split", arch) {
      let function = program.functions.first { place($0, $0.line, facts) == want.place }
      #expect(function?.frame.splitCheck.rawValue == want.words[0], "\(want.place)")
    }
  }

  /// Each atomic that stands at its own line is there with its loop, and with its instruction where that is said for
  /// the machine.
  @Test(arguments: Architecture.allCases) func atomics(arch: Architecture) async throws {
    let program = try await scanSample("\(arch).go")
    let facts = Facts(program)
    var found: [String] = []
    var count = 0
    for function in program.functions where isWritten(function, facts) {
      for atomic in function.atomics {
        count += 1
        guard let location = atomic.location else { continue }
        found.append(
          "\(facts.name(location.file)):\(location.line) \(atomic.inLoop) \(facts.name(atomic.instruction))")
      }
    }
    let own = try wants("atomic", arch)
    for want in own {
      let isSpelled = arch == .amd64 || want.selector == arch.rawValue
      let line = "\(want.place) \(want.words.contains("inLoop")) \(isSpelled ? want.words[0] : "")"
      #expect(found.filter { isSpelled ? $0 == line : $0.hasPrefix(line) }.count == 1, "\(line)")
    }
    #expect(count == (try own.count + wants("inlined-atomic", arch).count))
  }
}
