import ByteText
import ProgramModel

extension Traces {
  /// The goroutine of a test that ran too long, `\t\tTestHang/sub (1s)` in its words: the runtime prints first the one
  /// whose timer rang. Of several tests the last one; one that waits for its subtests is none.
  func running(_ crash: Crash) -> Int? {
    let all = crash.goroutines.filter { !goroutines[$0].isSystem }
    // Go 1.20 to 1.22 print one TAB (Go `testing/testing.go`, startAlarm).
    let tests = crash.message.filter { $0.hasPrefix("\t") }.map { line in
      line.drop { $0 == "\t" }.prefix { $0 != "/" && $0 != " " }
    }
    /// The first goroutine of each test; of a subtest, a function literal of the test, too.
    var running: [String: Int] = [:]
    for goroutine in all where !tests.isEmpty {
      let frames = goroutines[goroutine].frames
      func isNamed(_ i: Int, _ name: String) -> Bool {
        names.bytes(of: frames[i].function).elementsEqual(name.utf8)
      }
      guard let runner = frames.indices.first(where: { isNamed($0, "testing.tRunner") }), runner > 0,
        !isNamed(0, "testing.(*T).Run")
      else { continue }
      let function = names.string(frames[runner - 1].function)
      for part in function.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
      where running[String(part)] == nil { running[String(part)] = goroutine }
    }
    for test in tests.reversed() {
      if let found = running[String(test)] { return found }
    }
    return all.first
  }

  /// The import paths of what tests run: whose code that is no binary has to say.
  public var testedPackages: [String] {
    guard let runner = names.id(of: "testing.tRunner") else { return [] }
    var packages: Set<String> = []
    for goroutine in goroutines {
      for (frame, caller) in zip(goroutine.frames, goroutine.frames.dropFirst())
      where caller.function == runner {
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
