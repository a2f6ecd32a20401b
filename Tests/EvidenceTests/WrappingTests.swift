import Foundation
import ProgramModel
import Testing

@testable import Evidence

/// What logs put around lines is taken off, so that each gives what the bare text gives.
@Suite("What logs put around lines") struct WrappingTests {
  /// A log of each kind of end, and where it lies.
  private static let samples = [
    "logs/three-1.27", "logs/nested-1.27", "logs/deadlock-1.24", "logs/recovered-1.21", "logs/labels-1.27",
    "dumps/race",
    "dumps/served", "dumps/timeout", "dumps/quit", "dumps/threads", "dumps/logged", "dumps/ancestors",
  ]

  private static func lines(_ name: String) throws -> [String] {
    let url = Logs.folder.appendingPathComponent("../\(name).txt").standardized
    return try String(contentsOf: url, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .map(String.init).dropLast()
  }

  /// Lines that come in parts, as Kubernetes cuts them.
  private static func inParts(_ lines: [String], at column: Int, every: Int) -> String {
    lines.enumerated().map { i, line in
      guard line.count > column, i % every == 0 else { return Wrapping.time(i) + " stderr F " + line + "\n" }
      let cut = line.index(line.startIndex, offsetBy: column)
      return Wrapping.time(i) + " stderr P " + line[..<cut] + "\n" + Wrapping.time(i) + " stderr F "
        + line[cut...]
        + "\n"
    }.joined()
  }

  private static let wrappings =
    Wrapping.all + [
      Wrapping(name: "cri in parts") { inParts($0, at: 12, every: 3) },
      Wrapping(name: "cri in parts that cut every word") { inParts($0, at: 9, every: 1) },
      Wrapping(name: "journald's bytes") {
        $0.map {
          "{\"_PID\":\"7\",\"MESSAGE\":[\(Array($0.utf8).map(String.init).joined(separator: ","))]}\n"
        }
        .joined()
      },
      Wrapping(name: "journald's bytes, with blanks") {
        $0.map {
          "{\"_PID\": \"7\", \"MESSAGE\": [\(Array($0.utf8).map(String.init).joined(separator: ", "))]}\n"
        }
        .joined()
      },
    ]

  /// Blanks are not compared: some wrappings put others in their place.
  private static func words(_ traces: Traces) -> String {
    traces.words.replacing("\\t", with: "").filter { $0 != " " && $0 != "\t" }
  }

  @Test(arguments: samples) func givesTheSame(sample: String) throws {
    let lines = try Self.lines(sample)
    let bare = try Logs.read(Array(lines.map { $0 + "\n" }.joined().utf8))
    let words = Self.words(bare)
    #expect(!words.isEmpty && bare.diagnostics == TraceDiagnostics() && Self.wrappings.count > 95)
    var unlike: [String] = []
    for wrapping in Self.wrappings {
      let wrapped = wrapping.wrap(lines)
      let among = "\(Wrapping.time(9)) INFO ready\n" + wrapped + "\(Wrapping.time(8)) INFO gone\n"
      for (text, name) in [(wrapped, wrapping.name), (among, wrapping.name + ", among others")] {
        let traces = try Logs.read(Array(text.utf8))
        if Self.words(traces) != words || traces.diagnostics != bare.diagnostics { unlike.append(name) }
      }
    }
    #expect(unlike == [], "\(unlike.count) of \(2 * Self.wrappings.count)")
  }

  /// Two processes' lines by turns, told apart by what stands before them.
  @Test func twoProcessesByTurns() throws {
    let (a, b) = (try Self.lines("logs/three-1.27"), try Self.lines("logs/nested-1.27"))
    var log = ""
    for i in 0..<max(a.count, b.count) {
      if i < a.count { log += "app-1  | " + a[i] + "\n" }
      if i < b.count { log += "app-2  | " + b[i] + "\n" }
    }
    let traces = try Logs.read(Array(log.utf8))
    let words = try ["three-1.27", "nested-1.27"].map { try Logs.read(try Logs.bytes($0)).words }
    #expect(traces.words == words.joined())
  }

  /// zap's stack has names and places alone; Sentry's is a list, the oldest first.
  @Test func stacksOfLoggers() throws {
    let zap =
      #"{"level":"error","msg":"x","stacktrace":"main.handle\n\t/src/main.go:12\nmain.main\n\t/src/main.go:3"}"#
    let sentry = """
      {"exception":[{"stacktrace":{"frames":[{"function":"main","module":"main","abs_path":"/src/main.go","lineno":3},\
      {"function":"handle","module":"main","abs_path":"/src/main.go","lineno":12}]}}]}
      """
    for log in [zap, sentry] {
      let traces = try Logs.read(Array((log + "\n").utf8))
      let frames = traces.goroutines.first?.frames.map { "\(traces.names.string($0.function)):\($0.line)" }
      #expect(frames == ["main.handle:12", "main.main:3"], "\(log)")
    }
  }
}
