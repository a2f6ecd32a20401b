import ProgramModel
import Reporting

/// Finds the one function that a NAME on the command line means.
enum FunctionChoice {
  /// Returns the index of the function in the program.
  ///
  /// - Throws: `FathomError` where several functions match, which it lists, or none, with names that may have
  ///   been meant.
  static func one(_ name: String, in program: Program, input: String) throws -> Int {
    try one(NameQuery(name), name, in: program, input: input)
  }

  /// Returns the index of the function that a query means. `name` is the query as the user wrote it, for
  /// messages.
  static func one(_ query: NameQuery, _ name: String, in program: Program, input: String) throws -> Int {
    let found = query.matches(in: program)
    guard let index = found.first else { throw FathomError(noMatch(query, name, program, input)) }
    guard found.count == 1 else {
      throw FathomError(
        "\(safe(name)) may be one of \(found.count) functions; give more of the name, or an address:\n"
          + ShowReporter.list(found, of: program))
    }
    return index
  }

  /// Returns the message for a NAME that no function matches.
  private static func noMatch(
    _ query: NameQuery, _ name: String, _ program: Program, _ input: String
  ) -> String {
    if query.isPlace {
      let hasLines = program.functions.contains { $0.line != nil }
      return hasLines
        ? "no function of \(CommonOptions.shown(input)) has code of \(safe(name)): a blank line, a comment, or inlined elsewhere"
        : "\(CommonOptions.shown(input)) was read without source lines, which only go tool objdump prints; give a name or an address"
    }
    let near = query.suggestions(in: program)
    let hint =
      near.isEmpty
      ? "; fathom \(ShellWord.quoted(safe(input))) --sort name --top 1000 lists what there is"
      : "; did you mean\n" + near.map { "  " + $0 }.joined(separator: "\n")
    return "no function of \(CommonOptions.shown(input)) is named \(safe(name))" + hint
  }

  /// Returns an argument of the command line, safe to print.
  static func safe(_ argument: String) -> String { TerminalText.safe(ArgumentBytes.bytes(of: argument)) }
}
