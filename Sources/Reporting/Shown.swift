import CallGraph
import ProgramModel

/// The functions that a text report lists, and the reason for the choice.
struct Shown {
  /// The reason why these functions are listed.
  enum Reason {
    /// They are the user's own, as the binary or `--module` settles it.
    case own
    /// Nothing settles which code is the user's own: they are all but those of std and the runtime.
    case notLibrary
    /// There are no others.
    case everything
    /// `--filter` or `--origin` asked for them.
    case asked
  }

  let reason: Reason
  /// The functions' indices in the program, in address order.
  let indices: [Int]

  init(_ report: Report) {
    (reason, indices) = Self.choose(report)
  }

  /// Chooses the functions: those that were asked for, or else the user's own, or else all but std and
  /// runtime, or else all.
  private static func choose(_ report: Report) -> (Reason, [Int]) {
    let program = report.program
    guard report.selection.isEverything else { return (.asked, report.selection.indices(in: program)) }
    if program.header.ownFrom != nil {
      let own = Selection(origins: [.own]).indices(in: program)
      if !own.isEmpty { return (.own, own) }
    }
    let rest = Selection(origins: Set(Origin.allCases).subtracting([.std, .runtime])).indices(in: program)
    return rest.isEmpty ? (.everything, Array(program.functions.indices)) : (.notLibrary, rest)
  }

  /// The phrase for a single row of the list: `of your own`, `of those shown`.
  var ofThese: String { reason == .own ? "of your own" : "of those shown" }
}

extension Depth {
  /// Returns the listed functions, the deepest first. Stubs, and functions that are called only when the
  /// program dies, are left out.
  func deepest(_ shown: Shown) -> [Int] {
    shown.indices.filter { graph.roles[$0] == .none }
      .map { (bytes: worst.bytes[$0], index: $0) }
      .sorted { ($1.bytes, $0.index) < ($0.bytes, $1.index) }.map(\.index)
  }
}
