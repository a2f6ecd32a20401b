import Foundation
import ProgramModel
import Testing

@testable import Evidence

/// What logs put around lines is taken off, so that each gives what the bare text gives.
@Suite("What logs put around lines") struct WrappingTests {
  private static let samples = [
    "three-1.27", "nested-1.27", "deadlock-1.24", "recovered-1.21", "labels-1.27",
  ]

  private static func lines(_ name: String) throws -> [String] {
    String(decoding: try Logs.bytes(name), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .map(String.init).dropLast()
  }

  /// A time that differs from line to line, in length too.
  private static func time(_ i: Int) -> String {
    "2026-11-28T15:10:\(i / 10 % 6)\(i % 10).\(String(123_456_789 + i * 1000).prefix(3 + i % 7))Z"
  }

  private static func json(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "<": out += "\\u003c"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  private static let wrappings: [(name: String, wrap: @Sendable ([String]) -> String)] = [
    ("crlf", { $0.map { $0 + "\r\n" }.joined() }),
    ("colour", { $0.map { "\u{1b}[31m" + $0 + "\u{1b}[0m\n" }.joined() }),
    ("github", { $0.enumerated().map { time($0) + " " + $1 + "\n" }.joined() }),
    ("github by gh", { $0.enumerated().map { "build\tRun tests\t" + time($0) + " " + $1 + "\n" }.joined() }),
    ("date and time", { $0.enumerated().map { "2026/11/28 15:10:\(10 + $0 % 50) " + $1 + "\n" }.joined() }),
    (
      "syslog",
      { $0.enumerated().map { "Nov 28 15:10:\(10 + $0 % 50) host app[123]: " + $1 + "\n" }.joined() }
    ),
    ("compose", { $0.map { "app-1  | " + $0 + "\n" }.joined() }),
    ("blanks that went", { $0.map { $0.isEmpty ? "app-1  |\n" : "app-1  | " + $0 + "\n" }.joined() }),
    ("kubectl", { $0.enumerated().map { "[pod/web-7d9f/app] " + time($0) + " " + $1 + "\n" }.joined() }),
    ("cri", { $0.enumerated().map { time($0) + " stderr F " + $1 + "\n" }.joined() }),
    (
      "cri in parts",
      {
        $0.enumerated().map { i, line in
          guard line.count > 20, i % 3 == 0 else { return time(i) + " stderr F " + line + "\n" }
          let cut = line.index(line.startIndex, offsetBy: 12)
          return time(i) + " stderr P " + line[..<cut] + "\n" + time(i) + " stderr F " + line[cut...] + "\n"
        }.joined()
      }
    ),
    (
      "cri in parts that cut every word",
      {
        $0.enumerated().map { i, line in
          let cut = line.index(line.startIndex, offsetBy: min(9, line.count))
          return time(i) + " stderr P " + line[..<cut] + "\n" + time(i) + " stderr F " + line[cut...] + "\n"
        }.joined()
      }
    ),
    (
      "docker",
      {
        $0.enumerated().map {
          "{\"log\":\(json($1 + "\n")),\"stream\":\"stderr\",\"time\":\"\(time($0))\"}\n"
        }.joined()
      }
    ),
    (
      "go test -json",
      {
        $0.enumerated().map {
          "{\"Time\":\"\(time($0))\",\"Action\":\"output\",\"Package\":\"x\",\"Test\":\"TestA\",\"Output\":\(json($1 + "\n"))}\n"
        }.joined()
      }
    ),
    (
      "journald",
      { $0.map { "{\"_PID\":\"7\",\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\(json($0))}\n" }.joined() }
    ),
    (
      "journald's bytes",
      {
        $0.map {
          "{\"_PID\":\"7\",\"MESSAGE\":[\(Array($0.utf8).map(String.init).joined(separator: ","))]}\n"
        }.joined()
      }
    ),
    (
      "journald's bytes, with blanks",
      {
        $0.map {
          "{\"_PID\": \"7\", \"MESSAGE\": [\(Array($0.utf8).map(String.init).joined(separator: ", "))]}\n"
        }.joined()
      }
    ),
    (
      "a stack in JSON",
      { "{\"level\":\"error\",\"error\":{\"stack\":\(json($0.joined(separator: "\n") + "\n"))}}\n" }
    ),
    (
      "a stack in JSON behind a time",
      { "[pod/a/b] \(time(1)) {\"level\":\"error\",\"stack\":\(json($0.joined(separator: "\n") + "\n"))}\n" }
    ),
  ]

  @Test(arguments: wrappings.map(\.name)) func givesTheSame(name: String) throws {
    let wrap = try #require(Self.wrappings.first { $0.name == name }?.wrap)
    for sample in Self.samples {
      let lines = try Self.lines(sample)
      let bare = try Logs.read(Array(lines.map { $0 + "\n" }.joined().utf8))
      let wrapped = try Logs.read(Array(wrap(lines).utf8))
      #expect(!bare.words.isEmpty && wrapped.words == bare.words, "\(sample), \(name)")
      #expect(wrapped.diagnostics == bare.diagnostics, "\(sample), \(name)")
      let among = "\(Self.time(9)) INFO ready\n" + wrap(lines) + "\(Self.time(8)) INFO gone\n"
      #expect(try Logs.read(Array(among.utf8)).words == bare.words, "\(sample), \(name), among others")
    }
  }

  /// Two processes' lines by turns, told apart by what stands before them.
  @Test func twoProcessesByTurns() throws {
    let (a, b) = (try Self.lines("three-1.27"), try Self.lines("nested-1.27"))
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
