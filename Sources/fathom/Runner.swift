import ArgumentParser
import LibC
import Reporting

/// From arguments to an exit code. ArgumentParser's own codes (64 for usage, 1 for errors) become 2.
enum Runner {
  /// Ends the process where the command ended: the way back to the main thread would take another one.
  static func runToTheEnd(_ arguments: [String]) async -> Never {
    exit(await run(arguments))
  }

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

  /// The command that the arguments ask for.
  ///
  /// The one that the first word names is asked itself: the root would look at the options of its default
  /// command before. What is wrong, and what help is, is left for the root to say.
  private static func command(_ arguments: [String]) throws -> any ParsableCommand {
    let named = Fathom.configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())) { return command }
    return try Fathom.parseAsRoot(arguments)
  }

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

  /// What was taken for an option may be a file.
  private static func hint(_ arguments: [String]) -> String {
    let file = arguments.first { word in
      word.hasPrefix("-") && word != "-" && word != "--" && CommandLineCheck.fileExists(word)
    }
    guard let file else { return "" }
    let name = TerminalText.safe(ArgumentBytes.bytes(of: file))
    return "  The file \(name) is given as ./\(name)\n"
  }

  /// Help and version are asked for, so they are output.
  private static func print(_ text: String) -> Int32 {
    do {
      try Destination().write { try $0.write(Array((text + "\n").utf8)) }
      return ExitCodes.clean
    } catch {
      Errors.say("\(error)")
      return ExitCodes.error
    }
  }

  /// A usage error without the word that every line of fathom's begins with anyway.
  private static func problem(in message: String) -> String {
    let text = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
    return TerminalText.lines(ArgumentBytes.bytes(of: text))
  }
}
