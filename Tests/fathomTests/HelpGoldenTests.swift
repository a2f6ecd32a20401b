import ArgumentParser
import TestSupport
import Testing

@testable import fathom

@Suite("Golden: help") struct HelpGoldenTests {
  @Test(arguments: [80, 120]) func root(columns: Int) throws {
    try Golden.check(Fathom.helpMessage(columns: columns), "help-\(columns).txt")
  }

  @Test func commands() throws {
    for command in Fathom.configuration.subcommands {
      let name = try #require(command.configuration.commandName)
      try Golden.check(Fathom.helpMessage(for: command, columns: 80), "help-\(name).txt")
    }
  }

  @Test func invitation() throws { try Golden.check(Fathom.invitation, "invitation.txt") }
}
