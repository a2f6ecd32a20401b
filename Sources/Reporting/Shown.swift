import CallGraph
import ProgramModel

/// The functions that a text report lists, and why these.
struct Shown {
  /// Why these functions.
  enum Reason {
    /// The user's own, as the binary or `--module` settles it.
    case own
    /// Nothing settles whose code is the user's own: all but std and runtime.
    case notLibrary
    /// Nothing else is there.
    case everything
    /// What `--filter` or `--origin` asked for.
    case asked
  }

  let reason: Reason
  let indices: [Int]

  init(_ report: Report) {
    (reason, indices) = Self.choose(report)
  }

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

  /// `of your own`, where a row is one of these.
  var ofThese: String { reason == .own ? "of your own" : "of those shown" }
}

extension Depth {
  /// The functions of a list, the deepest first; stubs and what is fatal left out.
  func deepest(_ shown: Shown) -> [Int] {
    shown.indices.filter { graph.roles[$0] == .none }
      .map { (bytes: worst.bytes[$0], index: $0) }
      .sorted { ($1.bytes, $0.index) < ($0.bytes, $1.index) }.map(\.index)
  }
}
