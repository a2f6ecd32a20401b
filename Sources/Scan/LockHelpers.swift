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
    let withHelpers = leaking.filter { helpers.hasHelper($0) }
    for i in withHelpers { program.functions[i].lockLeaks = [] }
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

  private func hasHelper(_ i: Int) -> Bool {
    isWithClosures(i)
      || program.functions[i].calls.contains { call in
        if let callee = call.targetEntry.flatMap(program.index(ofEntry:)) { return isHelper[callee] }
        // The callee is not in the text.
        return SymbolName(program.names.string(call.target)).package == packages[i]
      }
  }
}
