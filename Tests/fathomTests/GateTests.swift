import Foundation
import TestSupport
import Testing

/// `fathom check` on Go modules of its own, as a developer and a CI job run it.
@Suite("The gate on Go modules") struct GateTests {
  private func place(_ body: (GatePlace) async throws -> Void) async throws { try await GatePlace.with(body) }

  private static func drain(_ name: String) -> String { GatePlace.drain(name) }
  private static let library = GatePlace.library
  private static let program = GatePlace.program

  @Test func programsAreLinkedWhereThereAreSome() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program, "lib/lib.go": Self.library])
      let run = try await place.check(["--program"], in: "app")
      // What no program of the module holds is not in it.
      #expect(run.status == 1 && run.output.contains("main.go:5  looping-defer"), "\(run.errors)")
      #expect(!run.output.contains("lib.go"))
      let whole = try await place.check([], in: "app")
      #expect(whole.status == 1 && whole.output.contains("lib/lib.go:5  looping-defer"), "\(whole.errors)")
      try place.module("lib", ["lib.go": Self.library])
      let none = try await place.check(["--program"], in: "lib")
      #expect(none.status == 2 && none.output.isEmpty)
      #expect(none.errors.hasPrefix("fathom: ./...: no package main in it"), "\(none.errors)")
    }
  }

  /// In an archive a function of ABI0 has the name of Go's, calls that the linker may drop have no type that objdump
  /// knows, and the body of a loop over a function is a function of its own.
  @Test func whatArchivesAloneHave() async throws {
    try await place { place in
      let entries = (0..<30).map { "\"k\($0)\": \($0)," }.joined(separator: " ")
      try place.write("module example.com/lib\n\ngo 1.24\n", "lib/go.mod")
      try place.write(
        """
        package lib

        import (
        \t"errors"
        \t"strings"
        \t"sync"
        )

        var ErrInvalid = errors.New("invalid")

        var numbers = map[string]int{\(entries)}

        func Number(k string) int { return numbers[k] }

        func add(a, b int) int

        func sum(a, b int) int { return a + b + len(numbers) }

        var Adders = []func(int, int) int{add, sum}

        type level struct {
        \tnodes    map[string]*node
        \tpwc, fwc *node
        }
        type node struct {
        \tnext *level
        \tsubs map[int]string
        }

        type List struct {
        \tsync.RWMutex
        \troot  *level
        \tcount uint32
        }

        func newLevel() *level { return &level{nodes: make(map[string]*node)} }
        func newNode() *node   { return &node{subs: make(map[int]string)} }

        // The jump back to its begin prints its name, and makes the columns of the listing as wide.
        func aNameThatMakesTheColumnsOfItsListingWiderThanEightTabulatorsAreWhichTakesNinetyLetters(s string) error {
        \tif s == "" {
        \t\treturn errors.New("empty")
        \t}
        \treturn nil
        }

        var Long = []func(string) error{aNameThatMakesTheColumnsOfItsListingWiderThanEightTabulatorsAreWhichTakesNinetyLetters}

        // Insert unlocks on every way out.
        func (s *List) Insert(subject string, value int) error {
        \ts.Lock()

        \tvar sfwc bool
        \tvar n *node
        \tl := s.root

        \tfor t := range strings.SplitSeq(subject, ".") {
        \t\tlt := len(t)
        \t\tif lt == 0 || sfwc {
        \t\t\ts.Unlock()
        \t\t\treturn ErrInvalid
        \t\t}

        \t\tif lt > 1 {
        \t\t\tn = l.nodes[t]
        \t\t} else {
        \t\t\tswitch t[0] {
        \t\t\tcase '*':
        \t\t\t\tn = l.pwc
        \t\t\tcase '>':
        \t\t\t\tn = l.fwc
        \t\t\t\tsfwc = true
        \t\t\tdefault:
        \t\t\t\tn = l.nodes[t]
        \t\t\t}
        \t\t}
        \t\tif n == nil {
        \t\t\tn = newNode()
        \t\t\tif lt > 1 {
        \t\t\t\tl.nodes[t] = n
        \t\t\t} else {
        \t\t\t\tswitch t[0] {
        \t\t\t\tcase '*':
        \t\t\t\t\tl.pwc = n
        \t\t\t\tcase '>':
        \t\t\t\t\tl.fwc = n
        \t\t\t\tdefault:
        \t\t\t\t\tl.nodes[t] = n
        \t\t\t\t}
        \t\t\t}
        \t\t}
        \t\tif n.next == nil {
        \t\t\tn.next = newLevel()
        \t\t}
        \t\tl = n.next
        \t}

        \tn.subs[value] = subject

        \ts.count++
        \ts.Unlock()

        \treturn nil
        }

        """, "lib/lib.go")
      for (machine, text) in [
        (
          "amd64",
          "\tMOVQ $1, 0(SP)\n\tMOVQ $2, 8(SP)\n\tCALL ·sum(SB)\n\tMOVQ 16(SP), AX\n\tMOVQ AX, ret+16(FP)"
        ),
        (
          "arm64",
          "\tMOVD $1, R0\n\tMOVD R0, 8(RSP)\n\tCALL ·sum(SB)\n\tMOVD 24(RSP), R0\n\tMOVD R0, ret+16(FP)"
        ),
      ] {
        try place.write("TEXT ·add(SB), 0, $32-24\n\(text)\n\tRET\n", "lib/add_\(machine).s")
      }
      let run = try await place.check(["--format", "ndjson"], in: "lib")
      #expect(run.status == 0, "\(run.errors)")
      let findings = run.records.filter { $0["record"] as? String == "finding" }
      let names = findings.map { "\($0["rule"] ?? "") \($0["function"] ?? "") \($0["file"] ?? "")" }
      #expect(
        !names.contains { $0.hasPrefix("unbounded-recursion") || $0.hasPrefix("lock-without-unlock") },
        "\(names)")
      // What the compiler wrote is in no file.
      #expect(!names.contains { $0.contains("autogenerated") }, "\(names)")
    }
  }

  @Test func onlyWhatChangedIsNamed() async throws {
    try await place { place in
      try place.module("app", ["lib.go": Self.library])
      try await place.git("init", "-q", in: "app")
      try await place.git("add", ".", in: "app")
      try await place.git("commit", "-qm", "one", in: "app")
      let same = try await place.check(["--changed-since", "HEAD"], in: "app")
      #expect(same.status == 0, "\(same.output)\(same.errors)")
      try place.write("// moved\n" + Self.library + Self.drain("Other"), "app/lib.go")
      try place.write("package lib\n\n" + Self.drain("New"), "app/new.go")
      let changed = try await place.check(["--changed-since", "HEAD"], in: "app")
      #expect(changed.status == 1, "\(changed.errors)")
      #expect(changed.output.contains("lib.go:11  looping-defer"), "\(changed.output)")
      #expect(changed.output.contains("new.go:5  looping-defer"))
      #expect(!changed.output.contains("lib.go:6"))
      for revision in ["nosuch", "--output=x"] {
        let bad = try await place.check(["--changed-since=\(revision)"], in: "app")
        #expect(bad.status == 2 && bad.output.isEmpty)
        #expect(
          bad.errors.contains("no such revision here; name a branch, a tag or a commit"), "\(bad.errors)")
      }
      try await place.git("add", ".", in: "app")
      try await place.git("commit", "-qm", "two", in: "app")
      let source = "file://" + place.folder.appendingPathComponent("app").path
      try await place.git("clone", "-q", "--depth", "1", source, "shallow", in: ".")
      let shallow = try await place.check(["--changed-since", "HEAD~1"], in: "shallow")
      #expect(shallow.status == 2 && shallow.errors.contains("the clone is shallow"), "\(shallow.errors)")
      try place.module("bare", ["lib.go": Self.library])
      let bare = try await place.check(["--changed-since", "HEAD"], in: "bare")
      #expect(bare.status == 2 && bare.errors.contains("not a git repository"), "\(bare.errors)")
    }
  }

  /// A type that grows changes frames of functions in which no line did.
  @Test func whatATypeChangesIsCounted() async throws {
    try await place { place in
      func library(_ size: Int) -> [String: String] {
        [
          "lib.go": """
          package lib

          func use(b []byte) byte {
          \tvar t T
          \tcopy(t.b[:], b)
          \treturn t.b[len(b)%len(t.b)]
          }

          """, "type.go": "package lib\n\ntype T struct{ b [\(size)]byte }\n",
        ]
      }
      try place.module("app", library(5000))
      try place.write("baseline: .fathom-baseline\n", "app/.fathom.yml")
      try await place.git("init", "-q", in: "app")
      try await place.git("add", ".", in: "app")
      try await place.git("commit", "-qm", "one", in: "app")
      let baseline = try await place.run(["baseline"], in: "app")
      #expect(baseline.status == 0, "\(baseline.errors)")
      try place.module("app", library(100_000))
      let counted = try await place.check(["--changed-since", "HEAD", "--no-baseline"], in: "app")
      #expect(
        counted.status == 0
          && counted.output
            == "no findings in 1 function judged; left out where no source changed: 1 error\n",
        "\(counted.output)\(counted.errors)")
      // With a baseline, what is worse than it accepts is named wherever it is.
      let worse = try await place.check(["--changed-since", "HEAD"], in: "app")
      #expect(worse.status == 1 && worse.output.contains("lib.go:3  large-frame"), "\(worse.output)")
    }
  }

  @Test func aCacheThatCannotBeWrittenIsSaidAndNotMinded() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program])
      try place.write("", "file")
      // Go's own cache lies elsewhere, as the tests' environment says.
      for arguments in [[], ["--program"]] {
        let run = try await place.check(
          arguments, in: "app", cache: place.folder.appendingPathComponent("file").path)
        #expect(run.status == 1 && run.output.contains("main.go:5  looping-defer"), "\(run.errors)")
        #expect(run.errors.contains("the cache folder cannot be written"), "\(run.errors)")
      }
    }
  }

  @Test func patternsThatMatchNothingAreErrors() async throws {
    try await place { place in
      try place.module("app", ["main.go": Self.program])
      try place.write("no code", "app/empty/readme")
      for (pattern, words) in [
        ("./nosuch/...", "lstat ./nosuch/: no such file or directory"),
        ("./empty/...", "nothing to compile in it"), ("./empty", "no Go files in"),
        ("./nosuch", "no such file"), ("example.com/app/nosuch", "no such file"),
      ] {
        let run = try await place.check([pattern], in: "app")
        #expect(run.status == 2 && run.output.isEmpty, "\(pattern)")
        #expect(run.errors.contains(words), "\(run.errors)")
      }
      try place.write("packages: [./nosuch/...]\n", "app/.fathom.yml")
      let run = try await place.check([], in: "app")
      #expect(run.status == 2 && run.errors.contains("./nosuch"), "\(run.errors)")
    }
  }
}
