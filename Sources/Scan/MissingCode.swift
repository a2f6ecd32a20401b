import GoBinary
import ProgramModel

/// What the linker's table has and a disassembler's text has not: a tool may break off and say nothing of it.
public struct MissingCode: Sendable {
  /// How many functions are not there, or not to their end.
  public private(set) var count = 0
  /// How many the table has.
  public private(set) var total = 0
  /// The first that is missing.
  public private(set) var first: (name: String, entry: UInt64) = ("", 0)

  /// Padding behind a function, at most: its alignment (`cmd/link/internal/ld/data.go`).
  private static let padding: UInt64 = 64

  /// Nil where all is there. C's functions are left out: the table has one row for whatever stands in a row there.
  init?(_ program: Program, _ table: LineTable) {
    let functions = program.functions.span
    var place = 0
    for function in table.functions where function.isGo && function.entry < function.end {
      total += 1
      while place < functions.count, functions[place].entry < function.entry { place += 1 }
      if place < functions.count, functions[place].entry == function.entry,
        Self.isWhole(functions[place], function)
      {
        continue
      }
      if count == 0 {
        first = (String(decoding: table.name(function), as: UTF8.self), function.entry)
      }
      count += 1
    }
    if count == 0 { return nil }
  }

  private static func isWhole(_ found: borrowing Function, _ function: TableFunction) -> Bool {
    // Of one that is too large not all is kept.
    if found.frame.uncertain == .tooLarge { return true }
    let end = found.entry &+ UInt64(found.size)
    return end >= function.end || function.end - end < padding
  }
}
