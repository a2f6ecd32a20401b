import ProgramModel

extension Traces {
  /// The goroutine of a test that ran too long, `\t\tTestHang/sub (1s)` in its words: the runtime prints first the one
  /// whose timer rang. Of several tests the last one; one that waits for its subtests is none.
  func running(_ crash: Crash) -> Int? {
    let all = crash.goroutines.filter { !goroutines[$0].isSystem }
    let tests = crash.message.filter { $0.hasPrefix("\t\t") }.map { line in
      line.dropFirst(2).prefix { $0 != "/" && $0 != " " }
    }
    func runs(_ test: Substring, _ goroutine: Int) -> Bool {
      let frames = goroutines[goroutine].frames.map { names.string($0.function) }
      guard let runner = frames.firstIndex(of: "testing.tRunner"), runner > 0, frames[0] != "testing.(*T).Run"
      else {
        return false
      }
      // A subtest is a function literal of the test.
      let function = frames[runner - 1]
      return function.hasSuffix(".\(test)") || function.contains(".\(test).")
    }
    for test in tests.reversed() {
      if let found = all.first(where: { runs(test, $0) }) { return found }
    }
    return all.first
  }

  /// The import paths of what tests run: whose code that is no binary has to say.
  public var testedPackages: [String] {
    var packages: Set<String> = []
    for goroutine in goroutines {
      for (frame, runner) in zip(goroutine.frames, goroutine.frames.dropFirst())
      where names.bytes(of: runner.function).elementsEqual("testing.tRunner".utf8) {
        guard let package = SymbolName(names.string(frame.function)).package, package != "testing" else {
          continue
        }
        packages.insert(package)
        // An external test is of the package beside it.
        if package.hasSuffix("_test") { packages.insert(String(package.dropLast(5))) }
      }
    }
    return packages.sorted()
  }
}
