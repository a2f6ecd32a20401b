import ArgumentParser
import LibC
import Reporting

/// Runs a command and turns its result into an exit code. ArgumentParser's own codes (64 for usage, 1 for
/// errors) become 2.
enum Runner {
  /// Runs a command and ends the process on the thread that it ended on, which saves the switch back to the
  /// main thread.
  static func runToTheEnd(_ arguments: [String]) async -> Never {
    exit(await run(arguments))
  }

  /// Runs a command. Returns the exit code, see ``ExitCodes``.
  ///
  /// Without arguments it prints an invitation to standard error, which is wrong usage.
  static func run(_ arguments: [String]) async -> Int32 {
    guard !arguments.isEmpty else {
      Errors.write(Fathom.invitation)
      return ExitCodes.error
    }
    if let problem = CommandLineCheck.problem(arguments) {
      Errors.say(problem)
      return ExitCodes.error
    }
    do {
      var command = try command(GoFlags.folded(arguments))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return ExitCodes.clean
    } catch is Unclean {
      return ExitCodes.findings
    } catch {
      return report(error, arguments)
    }
  }

  /// Returns the command that the arguments ask for.
  ///
  /// The command that the first word names parses its arguments itself, since the root would first try the
  /// options of its default command. The root reports errors and prints help.
  private static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let named = Fathom.configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())) { return command }
    return try Fathom.parseAsRoot(arguments)
  }

  /// Prints an error. Returns the exit code, which is 0 for help and the version.
  private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    let isParserError = Fathom.exitCode(for: error) != ExitCode.failure
    if Fathom.exitCode(for: error).isSuccess { return print(Fathom.message(for: error)) }
    if isParserError {
      Errors.write("fathom: " + problem(in: Fathom.fullMessage(for: error)) + "\n" + hint(arguments))
    } else {
      Errors.say("\(error)")
    }
    return ExitCodes.error
  }

  /// Returns a hint for an argument that was taken for an option but is the name of a file; empty where there
  /// is none.
  private static func hint(_ arguments: [String]) -> String {
    let file = arguments.first { word in
      word.hasPrefix("-") && word != "-" && word != "--" && CommandLineCheck.fileExists(word)
    }
    guard let file else { return "" }
    let name = TerminalText.safe(ArgumentBytes.bytes(of: file))
    return "  The file \(name) is given as ./\(name)\n"
  }

  /// Prints help or the version to standard output, since the user asked for it. Returns the exit code.
  private static func print(_ text: String) -> Int32 {
    do {
      try Destination().write { try $0.write(Array((text + "\n").utf8)) }
      return ExitCodes.clean
    } catch {
      Errors.say("\(error)")
      return ExitCodes.error
    }
  }

  /// Returns the text of a usage error without ArgumentParser's «Error: », since fathom's own prefix is there
  /// already.
  private static func problem(in message: String) -> String {
    let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
    return TerminalText.lines(ArgumentBytes.bytes(of: text))
  }
}
