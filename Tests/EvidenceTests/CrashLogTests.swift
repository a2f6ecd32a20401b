import Foundation
import ProgramModel
import Testing

@testable import Evidence

@Suite("Crash logs") struct CrashLogTests {
  /// What each way to end is, and the first own function of its chain.
  private static let ways: [String: (kind: Crash.Kind, own: String?)] = [
    "assertion": (.panic, "main.asString"), "badpointer": (.fatal, "main.grow"),
    "callback": (.outOfMemory, "main.grab"),
    "closed": (.panic, "main.send"),
    "deadlock": (.deadlock, "main.deadlock"),
    "direct": (.overflow, "main.direct"), "goroutine": (.overflow, nil), "index": (.panic, "main.index"),
    "inlined": (.panic, "main.inner"), "interface": (.overflow, "main.(*tree).visit"),
    "labels": (.panic, "main.count"),
    "lockhang": (.panic, "main.lockHang"), "maprace": (.mapRace, "main.mapRace.func1"),
    "memory": (.outOfMemory, "main.grab"), "mutual": (.overflow, nil),
    "nested": (.panic, "main.nested.func1"),
    "nilmap": (.panic, "main.count"), "nilpointer": (.panic, "main.(*tree).size"),
    "recovered": (.panic, "main.count"), "string": (.overflow, nil),
    "three": (.overflow, nil),
  ]

  private static func postmortems(_ traces: Traces) -> [Postmortem] {
    let program = Program(
      header: .init(input: "log", inputKind: .text, arch: .amd64, disassembler: .go), names: NameTable(),
      functions: [], diagnostics: Diagnostics(), isPartial: false)
    return traces.crashes.map { Postmortem($0, of: traces, in: program, index: TracedNames(program)) }
  }

  @Test func everyWayIsToldApart() throws {
    let logs = try Logs.all()
    #expect(Set(logs.map { $0.prefix { $0 != "-" } }.map(String.init)) == Set(Self.ways.keys))
    for log in logs {
      let way = try #require(Self.ways[String(log.prefix { $0 != "-" })])
      let traces = try Logs.read(try Logs.bytes(log))
      let crash = try #require(Self.postmortems(traces).first, "\(log)")
      #expect(
        traces.crashes.count == 1 && crash.crash.kind == way.kind, "\(log): \(traces.crashes.map(\.kind))")
      let own = crash.firstOwn.map { traces.names.string(crash.frames[$0].trace.function) }
      if let wanted = way.own {
        #expect(own == wanted, "\(log)")
      } else {
        #expect(own?.hasPrefix("main.") == true)
      }
      #expect(crash.endsRightly(traces), "\(log)")
      #expect(crash.frames.allSatisfy { $0.kind != .unknown }, "\(log)")
      #expect(traces.diagnostics == TraceDiagnostics(), "\(log): \(traces.diagnostics)")
    }
  }

  /// No line of a traceback is lost: those of functions and of places are counted by their form alone.
  @Test func everyFrameIsThere() throws {
    for log in try Logs.all() {
      let bytes = try Logs.bytes(log)
      let traces = try Logs.read(bytes)
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let places = lines.count { $0.hasPrefix("\t") && $0.contains(":") && !$0.hasPrefix("\tpanic: ") }
      let goroutines = lines.count { $0.hasPrefix("goroutine ") || $0 == "runtime stack:" }
      let frames = traces.goroutines.reduce(0) { $0 + $1.frames.count + ($1.creator == nil ? 0 : 1) }
      #expect(frames == places && traces.goroutines.count == goroutines, "\(log): \(frames) of \(places)")
      #expect(traces.goroutines.allSatisfy { $0.frames.allSatisfy { $0.file != nil } }, "\(log)")
    }
  }

  /// A turn is known from the text alone; its frames are foretold within one in a hundred.
  @Test func anOverflowsTurnIsFound() throws {
    let turns: [String: Int] = [
      "direct": 1, "mutual": 2, "three": 3, "interface": 1, "goroutine": 2, "string": 6,
    ]
    for (way, length) in turns {
      let traces = try Logs.read(try Logs.bytes("\(way)-1.27"))
      let crash = try #require(Self.postmortems(traces).first)
      let lap = try #require(crash.lap, "\(way)")
      #expect(lap.frames.count == length, "\(way)")
      let (bytes, stack) = (try #require(lap.measured), try #require(crash.crash.stack))
      let foretold = Int(stack.upperBound - stack.lowerBound) / bytes * length
      let counted = try #require(lap.count)
      #expect(abs(foretold - counted) * 100 < counted, "\(way): \(foretold) foretold, \(counted) counted")
      let goroutine = traces.goroutines[try #require(crash.goroutine)]
      #expect(traces.names.string(goroutine.frames[try #require(lap.first) + 1].function) != "main.three")
    }
  }

  @Test func headersAreReadInFull() throws {
    let log = """
      panic: x

      goroutine 7 gp=0xc000002380 m=0 mp=0x5a2a20 [chan receive (nil chan), 12 minutes, locked to thread] {a: "b c"}:
      main.F[...](0x1, {0x2?, _}, ...)
      \t/a b/main.go:12 +0x29 fp=0xc00008 sp=0xc00000 pc=0x4796c8
      main.(*T).m(...)
      \tC:/go/x.go:9
      created by main.main in goroutine 1
      \tmain.go:3 +0x1a

      goroutine 8 [running]:
      \tgoroutine running on other thread; stack unavailable
      created by main.main
      \tmain.go:4 +0x2b

      """
    let traces = try Logs.read(Array(log.utf8))
    #expect(
      traces.words == """
        panic ["panic: x"] -1 0 0
         7 chan receive (nil chan) 12 true a: "b c"
          main.F[...] /a b/main.go:12 ["41", "4691656", "12582920", "12582912"] false
          main.(*T).m C:/go/x.go:9 ["-", "-", "-", "-"] true
          by main.main main.go:3 ["26", "-", "-", "-"] false 1
         8 running 0 false -
          by main.main main.go:4 ["43", "-", "-", "-"] false 0

        """)
    #expect(traces.goroutines.map(\.isUnavailable) == [false, true])
  }

  @Test func theRaceDetectorsReport() throws {
    let log = """
      ==================
      WARNING: DATA RACE
      Write at 0x00c00001c0a8 by goroutine 7:
        main.main.func1()
            /tmp/race/main.go:11 +0x3c

      Previous read at 0x00c00001c0a8 by main goroutine:
        main.main()
            /tmp/race/main.go:14 +0xf4

      Goroutine 7 (running) created at:
        main.main()
            /tmp/race/main.go:10 +0xe4
      ==================
      Found 1 data race(s)
      exit status 66

      """
    let traces = try Logs.read(Array(log.utf8))
    #expect(traces.crashes.map(\.kind) == [.race])
    #expect(traces.goroutines.map { $0.frames.count } == [1, 1, 1])
    #expect(
      traces.goroutines.map { $0.state.map { traces.names.string($0) } } == [
        "Write at 0x00c00001c0a8 by goroutine 7", "Previous read at 0x00c00001c0a8 by main goroutine",
        "Goroutine 7 (running) created at",
      ])
  }

  /// A handler's panic, which net/http recovers, and a program's end in one log.
  @Test func severalCrashesInOneLog() throws {
    let served = """
      2026/11/28 15:10:19 http: panic serving 127.0.0.1:4242: boom
      goroutine 35 [running]:
      net/http.(*conn).serve.func1()
      \tnet/http/server.go:1850 +0xb0
      panic({0x6a2b40?, 0x7e1a50?})
      \truntime/panic.go:890 +0x262
      main.handle({0x7e4d58, 0xc0000fc0e0}, 0xc0000fa000?)
      \tmain.go:12 +0x4a


      """
    let bytes = Array(served.utf8) + Array("an ordinary line\n".utf8) + (try Logs.bytes("nilmap-1.27"))
    let traces = try Logs.read(bytes)
    #expect(traces.crashes.map(\.kind) == [.served, .panic])
    #expect(traces.crashes.first?.goroutines == 0..<1)
    #expect(traces.goroutines.first?.frames.count == 3)
  }

  @Test func withoutATraceback() throws {
    let traces = try Logs.read(Array("starting\npanic: oops [recovered]\n\tpanic: again\n".utf8))
    #expect(traces.crashes.map(\.message) == [["panic: oops [recovered]", "\tpanic: again"]])
    let nothing = try Logs.read(Array("starting\nall is well (0x1)\nrax 0x0\n".utf8))
    #expect(nothing.crashes.isEmpty && nothing.goroutines.isEmpty)
  }

  /// A test that ran too long, as text and as `go test -json` has it: its own goroutine, not that of the timer.
  @Test func aTestThatRanTooLong() throws {
    let folder = Logs.folder.appendingPathComponent("../dumps").standardized
    for name in ["timeout.txt", "timeout.json"] {
      let traces = try Logs.read(Array(try Data(contentsOf: folder.appendingPathComponent(name))))
      #expect(
        traces.crashes.map(\.kind) == [.timeout] && traces.testedPackages == ["example.com/crashes"],
        "\(name)")
      let crash = try #require(Self.postmortems(traces).first)
      let names = crash.frames.map { traces.names.string($0.trace.function) }
      #expect(
        names.suffix(3) == ["example.com/crashes.waitFor", "example.com/crashes.TestHang", "testing.tRunner"])
      #expect(crash.crash.message.contains("\t\tTestHang (1s)"), "\(name)")
    }
  }

  /// A log that was pasted somewhere has blanks for TABs.
  @Test func blanksForTabs() throws {
    for log in try Logs.all() {
      let bytes = try Logs.bytes(log)
      let traces = try Logs.read(bytes)
      for width in [4, 8] {
        let text = String(decoding: bytes, as: UTF8.self).replacing(
          "\t", with: String(repeating: " ", count: width))
        let pasted = try Logs.read(Array(text.utf8))
        #expect(pasted.diagnostics == traces.diagnostics, "\(log)")
        #expect(
          pasted.words.filter { $0 != " " }
            == traces.words.filter { $0 != " " && $0 != "\t" }.replacing("\\t", with: ""), "\(log)")
      }
    }
  }
}
