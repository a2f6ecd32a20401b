import Foundation
import Testing

/// What a check reaches of repositories with several modules, test files and files of other builds, and what it says of
/// the rest.
@Suite("The gate on several modules, in hooks, and on tests") struct ModuleGateTests {
  private static let clean = "package lib\n\nfunc F() {}\n"
  private static let library = GatePlace.library

  private func places(_ run: Executable) -> [String] {
    run.output.split(separator: "\n").filter { $0.contains("  looping-defer") && $0.contains(":") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }.sorted()
  }

  @Test func aNestedModuleIsSaid() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["lib.go": Self.clean])
      try place.module("app/tools", ["lib.go": Self.library])
      try place.module("app/testdata/mod", ["lib.go": Self.library])
      let run = try await place.run(["check"], in: "app")
      #expect(run.status == 0 && run.output == "no findings in 1 function judged\n", "\(run.errors)")
      #expect(
        run.errors.contains("not judged, as each has a go.mod of its own: ")
          && run.errors.contains("/app/tools; name their packages, as ./tools/...")
          && !run.errors.contains("testdata"), "\(run.errors)")
      for arguments in [["./...", "./tools/..."], ["./tools", "."], ["./tools/..."]] {
        let both = try await place.run(["check"] + arguments, in: "app")
        #expect(
          both.status == 1 && places(both).map { $0.hasSuffix("lib.go:5") } == [true] && both.errors.isEmpty,
          "\(arguments) \(both.output)\(both.errors)")
      }
    }
  }

  @Test func everyModuleOfAWorkspaceIsJudged() async throws {
    try await GatePlace.with { place in
      try place.module("work/a", ["lib.go": Self.library])
      try place.module("work/b", ["lib.go": Self.library])
      try place.module("work/other", ["lib.go": Self.library])
      // Without a workspace, and without a module at the top, there is nothing else to judge than all.
      let all = try await place.run(["check"], in: "work")
      #expect(
        all.status == 1 && places(all) == ["a/lib.go:5", "b/lib.go:5", "other/lib.go:5"], "\(all.errors)")
      try place.write("go 1.21\n\nuse (\n\t./a\n\t./b\n)\n", "work/go.work")
      let used = try await place.run(["check"], in: "work")
      #expect(used.status == 1 && places(used) == ["a/lib.go:5", "b/lib.go:5"], "\(used.errors)")
      #expect(used.errors.contains("go.mod of its own: ") && used.errors.contains("/work/other;"))
      let named = try await place.run(["check", "./a/...", "./other/..."], in: "work")
      #expect(places(named) == ["a/lib.go:5", "other/lib.go:5"], "\(named.output)\(named.errors)")
      let inside = try await place.run(["check"], in: "work/a")
      #expect(inside.status == 1 && places(inside) == ["lib.go:5"], "\(inside.output)\(inside.errors)")
    }
  }

  private func hook(_ place: GatePlace, _ arguments: [String] = [], in name: String = "app") async throws
    -> Executable
  {
    try await place.run(["check", "--hook"] + arguments, in: name)
  }

  @Test func aHookJudgesEveryModuleWithChangedFiles() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["lib.go": Self.clean])
      try place.module("app/one", ["lib.go": Self.clean])
      try place.module("app/two", ["lib.go": Self.clean])
      try place.module("app/three", ["lib.go": Self.library])
      try await place.git("init", "-q", in: "app")
      let first = try await hook(place)
      #expect(first.status == 1 && places(first) == ["three/lib.go:5"], "before the first commit")
      try await place.commit("app")
      try place.write(Self.library, "app/one/lib.go")
      try place.write(Self.library, "app/two/new.go")
      let run = try await hook(place)
      #expect(
        run.status == 1 && places(run) == ["one/lib.go:5", "two/new.go:5"] && run.errors.isEmpty,
        "\(run.output)\(run.errors)")
      try await place.commit("app")
      try place.write("module example.com/app/two\n\ngo 1.22\n", "app/two/go.mod")
      let module = try await hook(place)
      #expect(places(module) == ["two/new.go:5"], "\(module.output)\(module.errors)")
      // What was pushed last, as pre-commit and install-hook name it.
      let pushed = try await place.run(
        ["check", "--hook"], in: "app", environment: ["PRE_COMMIT_FROM_REF": "HEAD~1"])
      #expect(places(pushed) == ["one/lib.go:5", "two/new.go:5"], "\(pushed.output)\(pushed.errors)")
    }
  }

  @Test func aHookSaysWhatItDoesNotJudge() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["lib.go": Self.clean, "sub/sub.go": Self.clean])
      try await place.repository("app")
      let other = GatePlace.drain("Other")
      try place.write(
        "package lib\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) { F() }\n", "app/lib_test.go")
      try place.write("package lib\n\n" + other, "app/lib_plan9.go")
      try place.write("//go:build never\n\npackage lib\n\n" + other, "app/tag.go")
      try place.write("package lib\n\nimport \"C\"\n\n" + other, "app/c.go")
      try place.write("package x\n\n" + other, "app/testdata/x.go")
      let run = try await hook(place)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(
        run.errors == """
          fathom: not judged: lib_test.go: test files, which --tests judges
          fathom: not judged: c.go, lib_plan9.go, tag.go: not part of this build
          fathom: not judged: testdata/x.go: in no package of a module

          """, "\(run.errors)")
      try await place.commit("app")
      let none = try await hook(place)
      #expect(none.status == 0 && none.output.contains("2 functions judged") && none.errors.isEmpty)
      // The configuration leaves out what the commit changes.
      try place.write("packages: [./sub/...]\n", "app/.fathom.yml")
      try place.write(Self.clean + "\nfunc G() {}\n", "app/lib.go")
      let missed = try await hook(place)
      #expect(
        missed.status == 2 && missed.errors.contains("changed and not judged: lib.go; add the packages"),
        "\(missed.errors)")
    }
  }

  /// Generated code is judged by all rules but those that leave it out; types alone are no error.
  @Test func packagesWithoutFunctions() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["types/t.go": "package types\n\ntype T struct{ A, B string }\n"])
      try await place.repository("app")
      try place.write(
        "// Code generated by hand. DO NOT EDIT.\npackage types\n\ntype U struct{ a int }\n", "app/types/u.go"
      )
      for arguments in [["./types/..."], ["./types"], ["example.com/app/types"], ["--hook"]] {
        let run = try await place.run(["check"] + arguments, in: "app")
        #expect(
          run.status == 0 && run.output == "no findings in 0 functions judged\n" && run.errors.isEmpty,
          "\(arguments) \(run.output)\(run.errors)")
      }
      let named = try await place.run(["check", "--module", "example.com/other"], in: "app")
      #expect(named.status == 2, "\(named.output)")
    }
  }

  @Test func testFilesAreJudgedWhereAsked() async throws {
    try await GatePlace.with { place in
      let use = "import \"testing\"\n\nfunc TestX(t *testing.T) { t.Log(0) }\n\n"
      try place.module(
        "app",
        [
          "lib.go": Self.library, "in_test.go": "package lib\n\n" + use + GatePlace.drain("in"),
          "out_test.go": "package lib_test\n\n" + use + GatePlace.drain("out"),
          "only/only_test.go": "package only\n\n" + use + GatePlace.drain("only"),
        ])
      let plain = try await place.run(["check"], in: "app")
      #expect(places(plain) == ["lib.go:5"], "\(plain.output)\(plain.errors)")
      let flag = try await place.run(["check", "--tests"], in: "app")
      let expected = ["in_test.go:9", "lib.go:5", "only/only_test.go:9", "out_test.go:9"]
      #expect(places(flag) == expected, "\(flag.output)\(flag.errors)")
      try place.write("tests: true\n", "app/.fathom.yml")
      let configured = try await place.run(["check"], in: "app")
      #expect(places(configured) == expected, "\(configured.output)\(configured.errors)")
      let both = try await place.run(["check", "--tests", "--program"], in: "app")
      #expect(both.status == 2 && both.errors.contains("exclude each other"))
    }
  }

  @Test func importPathsAndGoTreesOwnPackages() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["lib/lib.go": Self.library])
      let path = try await place.run(["check", "example.com/app/lib"], in: "app")
      #expect(path.status == 1 && places(path) == ["lib/lib.go:5"], "\(path.output)\(path.errors)")
      let std = try await place.run(
        ["check", "--format", "ndjson", "container/list", "container/ring"], in: "app")
      #expect(std.status == 0 && std.records.last?["judged"] as? Int ?? 0 > 20, "\(std.errors)")
      // Go's own files are named as they are on this machine.
      let frames = try await place.run(
        ["check", "--format", "ndjson", "--rule", "unbounded-recursion=warning", "strings"], in: "app")
      let files = frames.records.compactMap { $0["file"] as? String }
      #expect(!files.isEmpty && files.allSatisfy { FileManager.default.fileExists(atPath: $0) }, "\(files)")
    }
  }

  @Test func aTimeLimitSaysWhatItLeft() async throws {
    try await GatePlace.with { place in
      try place.module("app", ["a/a.go": Self.library, "b/b.go": Self.library])
      let run = try await place.run(["check", "--time-limit", "600"], in: "app")
      #expect(run.status == 1 && places(run) == ["a/a.go:5", "b/b.go:5"], "\(run.errors)")
      let bad = try await place.run(["check", "--time-limit", "0"], in: "app")
      #expect(bad.status == 2 && bad.errors.contains("--time-limit takes"))
      // Where the time was up before any package was read, no finding is no verdict.
      let go = ProcessInfo.processInfo.environment["FATHOM_GO"] ?? "go"
      try place.write("#!/bin/sh\nsleep 2\nexec '\(go)' \"$@\"\n", "slow/go")
      let slow = place.folder.appendingPathComponent("slow")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: slow.appendingPathComponent("go").path)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let late = try await place.run(
        ["check", "--time-limit", "1"], in: "app", environment: ["PATH": "\(slow.path):\(path)"])
      #expect(late.status == 2 && late.errors.contains("nothing was judged"), "\(late.output)\(late.errors)")
    }
  }
}
