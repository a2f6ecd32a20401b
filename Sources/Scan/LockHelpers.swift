import ByteText
import ProgramModel

/// Removes the leaks of functions that leave the unlock to others: a helper, a closure, a goroutine.
///
/// A function's own text cannot rule this out, but the whole program can. A function is a helper if its model
/// says that it unlocks a mutex that it has not locked; if it locks nothing itself, but one of its closures
/// does this; or if it calls a helper of its own package.
struct LockHelpers {
  private let program: Program
  /// By function: its package.
  private var packages: [String?]
  private var isHelper: [Bool]
  /// The names of functions with closures that unlock a mutex which they have not locked.
  private var withClosures: Set<String> = []

  /// Removes such leaks from a program whose calls are resolved.
  static func judge(_ program: inout Program) {
    let leaking = program.functions.indices.filter { !program.functions[$0].lockLeaks.isEmpty }
    guard !leaking.isEmpty else { return }
    let helpers = LockHelpers(program)
    for i in leaking {
      let leaks = program.functions[i].lockLeaks
      program.functions[i].lockLeaks =
        helpers.hasHelper(i) ? [] : leaks.filter { !helpers.mayEnd($0, program.functions[i]) }
      for leak in program.functions[i].lockLeaks.indices { program.functions[i].lockLeaks[leak].calls = [] }
    }
  }

  private init(_ program: Program) {
    self.program = program
    packages = program.functions.map { SymbolName(program.names.string($0.name)).package }
    isHelper = program.functions.map(\.lockUse.releases)
    for i in isHelper.indices where isHelper[i] {
      // `main.f.g.func1.2` may be a closure of `main.f`, into which `g` was inlined; `main.f-range1` is the body of a
      // loop over a function.
      let name = program.names.string(program.functions[i].name).utf8
      let start = name.lastIndex(of: UInt8(ascii: "/")) ?? name.startIndex
      for i in name[start...].indices
      where name[i] == UInt8(ascii: ".") || name[i...].starts(with: "-range".utf8) {
        withClosures.insert(String(decoding: name[..<i], as: UTF8.self))
      }
    }
    for i in isHelper.indices where !program.functions[i].lockUse.locks && isWithClosures(i) {
      isHelper[i] = true
    }
    spread()
  }

  /// Marks the callers of a helper in its own package as helpers, too.
  private mutating func spread() {
    var callers: [Int: [Int]] = [:]
    for i in program.functions.indices {
      for call in program.functions[i].calls {
        guard let callee = call.targetEntry.flatMap(program.index(ofEntry:)), packages[callee] == packages[i]
        else { continue }
        callers[callee, default: []].append(i)
      }
    }
    var pending = isHelper.indices.filter { isHelper[$0] }
    while let i = pending.popLast() {
      for caller in callers[i] ?? [] where !isHelper[caller] {
        isHelper[caller] = true
        pending.append(caller)
      }
    }
  }

  private func isWithClosures(_ i: Int) -> Bool {
    withClosures.contains(program.names.string(program.functions[i].name))
  }

  /// Whether the program or the goroutine may end on a leak's way out, in a function that is called there or in one that
  /// this one calls.
  private func mayEnd(_ leak: LockLeak, _ function: Function) -> Bool {
    let way = Set(leak.calls)
    let callees = function.calls.lazy.filter { way.contains($0.address) }.compactMap {
      $0.targetEntry.flatMap(program.index(ofEntry:))
    }
    return callees.contains { callee in
      // What may panic of Go's own is no helper that ends.
      guard ![.std, .runtime].contains(program.origin(of: program.functions[callee])) else { return false }
      return ends(callee)
        || program.functions[callee].calls.contains {
          $0.targetEntry.flatMap(program.index(ofEntry:)).map { packages[$0] == packages[callee] && ends($0) }
            ?? false
        }
    }
  }

  /// Whether a function calls one that does not return.
  private func ends(_ i: Int) -> Bool {
    program.functions[i].calls.contains { call in
      let name = program.names.string(call.target)
      return [
        "os.Exit", "syscall.Exit", "runtime.Goexit", "runtime.gopanic", "log.Fatal", "log.(*Logger).Fatal",
        "log.Panic", "log.(*Logger).Panic", "testing.(*common).FailNow", "testing.(*common).Skip",
      ].contains {
        name.hasPrefix($0)
      }
    }
  }

  private func hasHelper(_ i: Int) -> Bool {
    isWithClosures(i)
      || program.functions[i].calls.contains { call in
        if let callee = call.targetEntry.flatMap(program.index(ofEntry:)) { return isHelper[callee] }
        // The callee is not in the text.
        return SymbolName(program.names.string(call.target)).package == packages[i]
      }
  }
}
