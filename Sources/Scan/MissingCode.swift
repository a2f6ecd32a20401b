import GoBinary
import ProgramModel

/// The functions of the linker's table that a disassembler's text lacks: a tool may stop early without saying
/// so.
public struct MissingCode: Sendable {
  /// The number of functions that are missing or incomplete in the text.
  public private(set) var count = 0
  /// The number of functions that the table has.
  public private(set) var total = 0
  /// The first function that is missing or incomplete.
  public private(set) var first: (name: String, entry: UInt64) = ("", 0)

  /// The most padding after a function, in bytes, which is its alignment (`cmd/link/internal/ld/data.go`).
  private static let padding: UInt64 = 64

  /// Compares a program with the table; nil where nothing is missing. C functions are not compared, since the
  /// table has one row for a whole run of them.
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
    // Of a function that is too large, only a part is kept.
    if found.frame.uncertain == .tooLarge { return true }
    let end = found.entry &+ UInt64(found.size)
    return end >= function.end || function.end - end < padding
  }
}
