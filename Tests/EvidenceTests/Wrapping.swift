/// What puts something around the lines of a log: loggers, shippers, terminals, pages.
struct Wrapping: Sendable {
  let name: String
  let wrap: @Sendable ([String]) -> String

  /// Something before every line, which may differ from line to line.
  private static func before(_ name: String, _ prefix: @escaping @Sendable (Int) -> String) -> Wrapping {
    Wrapping(name: name) { $0.enumerated().map { prefix($0) + $1 + "\n" }.joined() }
  }

  /// Each line made another one.
  private static func each(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Wrapping {
    Wrapping(name: name) { $0.map { change($0) + "\n" }.joined() }
  }

  /// Each line in a JSON document.
  private static func fields(_ name: String, _ document: @escaping @Sendable (Int, String) -> String)
    -> Wrapping
  {
    Wrapping(name: name) { $0.enumerated().map { document($0, $1) + "\n" }.joined() }
  }

  /// A time that differs from line to line, in length too.
  static func time(_ i: Int) -> String {
    "2026-11-28T15:10:\(i / 10 % 6)\(i % 10).\(String(123_456_789 + i * 1000).prefix(3 + i % 7))Z"
  }

  private static func clock(_ i: Int) -> String { "15:\(10 + i / 50 % 50):\(10 + i % 50)" }

  static func json(_ text: String) -> String {
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

  private static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

  static let all: [Wrapping] = prefixes + marks + documents

  private static let prefixes: [Wrapping] = [
    before("github") { time($0) + " " },
    before("github by gh") { "build\tRun tests\t" + time($0) + " " },
    before("gh, unknown step") { "test (1.27)\tUNKNOWN STEP\t" + time($0) + " " },
    before("date and time") { "2026/11/28 \(clock($0)) " },
    before("date, time and microseconds") { "2026/11/28 \(clock($0)).\(123_456 + $0) " },
    before("a logger's own prefix") { "[srv] 2026/11/28 \(clock($0)) " },
    before("date, time and file") { "2026/11/28 \(clock($0)) main.go:42: " },
    before("syslog") { "Nov 28 \(clock($0)) host app[123]: " },
    before("syslog, early in a month") { "Nov  8 \(clock($0)) host app[123]: " },
    before("RFC 5424") { "<11>1 \(time($0)) host app 123 - - " },
    before("journalctl's short-iso") { "2026-11-28T\(clock($0))+0100 host app[123]: " },
    before("journalctl with seconds since the start") { "[\(1000 + $0).123456] host app[123]: " },
    before("compose") { _ in "app-1  | " },
    before("compose with times") { "app-1  | \(time($0)) " },
    before("foreman") { "\(clock($0)) web.1  | " },
    before("overmind") { _ in "web    | " },
    before("kubectl") { "[pod/web-7d9f/app] \(time($0)) " },
    before("kubectl, prefix alone") { _ in "[pod/web-7d9f/app] " },
    before("stern") { _ in "web-7d9f app " },
    before("cri") { time($0) + " stderr F " },
    before("swarm") { _ in "app.1.x8k2@node-3    | " },
    before("heroku") { "2026-11-28T\(clock($0)).123456+00:00 app[web.1]: " },
    before("fly") { "2026-11-28T\(clock($0))Z app[9185] ams [info] " },
    before("cloud foundry") { "2026-11-28T\(clock($0)).12+0100 [APP/PROC/WEB/0] ERR " },
    before("logcat") { "11-28 \(clock($0)).123  1234  1250 E Go      : " },
    before("logcat, brief") { _ in "E/Go      ( 1234): " },
    before("a log's level") { _ in "ERROR: " },
    before("a level in brackets") { "[\(clock($0))] [ERROR] " },
    before("klog") { "E1128 \(clock($0)).123456       7 run.go:12] " },
    before("log4j") { "2026-11-28 \(clock($0)),123 ERROR [main] app - " },
    before("python") { "2026-11-28 \(clock($0)),123 - app - ERROR - " },
    before("gitlab") { time($0) + " 00O " },
    before("jenkins") { "[\(time($0))] " },
    before("azure") { time($0) + " " },
    before("teamcity") { "[\(clock($0))]W: \t " },
    before("bazel") { _ in "(10) " },
    before("buildx") { "#12 \($0 / 10).\(100 + $0) " },
    before("terraform") { _ in "module.x (local-exec): " },
    before("ansible") { _ in "    \"stderr: " },
    before("ts") { "Nov 28 \(clock($0)) " },
    before("ts, seconds") { "00:00:\(10 + $0 % 50) " },
    before("nl") { String(repeating: " ", count: 6 - "\($0 + 1)".count) + "\($0 + 1)\t" },
    before("cat -n, dense") { String(repeating: " ", count: 4 - "\($0 + 1)".count) + "\($0 + 1): " },
    before("grep -n") { "app.log:\($0 + 1):" },
    before("grep with a file") { _ in "app.log:" },
    before("a quote") { _ in "> " },
    before("a quote of a quote") { _ in "> > " },
    before("a comment") { _ in "// " },
    before("a diff") { _ in "+" },
    before("indented by 2") { _ in "  " },
    before("indented by 4") { _ in "    " },
    before("indented by a TAB") { _ in "\t" },
    before("go test's output") { _ in "    main_test.go:12: " },
    before("a bar") { _ in "│ " },
    before("cloudwatch") { "2026-11-28T\(clock($0)).000Z\t" },
    before("aws logs tail") { "2026-11-28T\(clock($0)).123000+00:00 app/1 " },
    before("a uuid") { _ in "9f1c2d3e-4b5a-6789-abcd-ef0123456789 " },
    before("milliseconds") { "\(1_764_342_619_000 + $0) " },
    before("seconds with a fraction") { "\(1_764_342_619 + $0).\(100 + $0) " },
    before("an IP and a port") { _ in "10.0.0.7:8080 " },
    before("supervisor") { "2026-11-28 \(clock($0)),123 DEBG 'app' stderr output: " },
    before("vector") { "host app: \(time($0)) " },
  ]

  private static let marks: [Wrapping] = [
    each("crlf") { $0 + "\r" },
    each("crcrlf") { $0 + "\r\r" },
    each("colour") { "\u{1b}[31m" + $0 + "\u{1b}[0m" },
    each("colour, bold") { "\u{1b}[1;31m" + $0 + "\u{1b}[m\u{1b}[K" },
    each("buildkite") { "\u{1b}_bk;t=1764342619123\u{07}" + $0 },
    each("trailing blanks") { $0 + "   " },
    each("trailing TABs") { $0.isEmpty ? "" : $0 + "\t" },
    each("blanks for TABs") { $0.replacing("\t", with: "        ") },
    each("four blanks for TABs") { $0.replacing("\t", with: "    ") },
    each("non-breaking blanks") { $0.replacing(" ", with: "\u{a0}") },
    each("rsyslog's TABs") { $0.replacing("\t", with: "#011") },
    each("blanks that went") { $0.isEmpty ? "app-1  |" : "app-1  | " + $0 },
    Wrapping(name: "a mark of an encoding") { "\u{feff}" + text($0) },
    Wrapping(name: "a fence") { "```\n" + text($0) + "```\n" },
    Wrapping(name: "noformat") { "{noformat}\n" + text($0) + "{noformat}\n" },
    Wrapping(name: "an echoed key") { "^\\" + text($0) },
    Wrapping(name: "rsyslog's line feeds") { $0.joined(separator: "#012") + "\n" },
    Wrapping(name: "progress before it") { "45% [====>   ]\r" + text($0) },
  ]

  private static let documents: [Wrapping] = [
    fields("docker") { "{\"log\":\(json($1 + "\n")),\"stream\":\"stderr\",\"time\":\"\(time($0))\"}" },
    fields("fluent bit") { "{\"log\":\(json($1)),\"stream\":\"stderr\",\"time\":\"\(time($0))\"}" },
    fields("fluent bit with kubernetes") {
      "{\"date\":\($0),\"stream\":\"stderr\",\"log\":\(json($1)),\"kubernetes\":{\"pod_name\":\"a-1\"}}"
    },
    fields("stackdriver") { "{\"textPayload\": \(json($1)), \"timestamp\": \"\(time($0))\"}" },
    fields("loki") { "{\"labels\":{\"pod\":\"a-1\"},\"line\":\(json($1)),\"ts\":\"\(time($0))\"}" },
    fields("cloudwatch's events") { "{\"timestamp\":\($0),\"message\":\(json($1))}" },
    fields("elastic") { "{\"_source\":{\"@timestamp\":\"\(time($0))\",\"message\":\(json($1))}}" },
    fields("go test -json") {
      "{\"Time\":\"\(time($0))\",\"Action\":\"output\",\"Package\":\"x\",\"Output\":\(json($1 + "\n"))}"
    },
    fields("journald") { "{\"_PID\":\"7\",\"__REALTIME_TIMESTAMP\":\"\($0)\",\"MESSAGE\":\(json($1))}" },
    fields("JSON behind a time") { "\(time($0)) {\"message\":\(json($1))}" },
    fields("docker's JSON in another") {
      let inner = "{\"log\":\(json($1 + "\n")),\"stream\":\"stderr\"}"
      return "{\"message\":\(json(inner)),\"n\":\($0)}"
    },
    Wrapping(name: "a stack in JSON") { "{\"level\":\"error\",\"error\":{\"stack\":\(json(text($0)))}}\n" },
    Wrapping(name: "a message in JSON") { "{\"level\":\"error\",\"msg\":\(json(text($0)))}\n" },
    Wrapping(name: "JSON over many lines") {
      "{\n  \"level\": \"error\",\n  \"msg\": \(json(text($0))),\n  \"n\": 1\n}\n"
    },
    Wrapping(name: "JSON in JSON") {
      let inner = "{\"stack\":\(json(text($0)))}"
      return "{\"log\":\(json(inner + "\n")),\"stream\":\"stderr\"}\n"
    },
    Wrapping(name: "logfmt") { "time=\"\(time(1))\" level=error msg=\(json(text($0)))\n" },
    Wrapping(name: "logrus with a field behind") { "level=error msg=\(json(text($0))) pod=a-1\n" },
  ]
}
