import Testing

@testable import fathom

@Suite("Terminal") struct TerminalTests {
  private func terminal(_ environment: [String: String], isTerminal: Bool = true) -> Terminal {
    Terminal(environment: { environment[$0] }, isTerminal: { _ in isTerminal })
  }

  @Test(
    arguments: [
      ([:], true, true), ([:], false, false), (["NO_COLOR": "1"], true, false),
      (["NO_COLOR": ""], true, true),
      (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false), (["CLICOLOR_FORCE": "1"], false, true),
      (["CLICOLOR_FORCE": "0"], false, false), (["TERM": "dumb"], true, false),
      (["TERM": "dumb", "CLICOLOR_FORCE": "1"], true, true),
    ] as [([String: String], Bool, Bool)]) func colour(
      environment: [String: String], isTerminal: Bool, wants: Bool
    )
  {
    let terminal = terminal(environment, isTerminal: isTerminal)
    #expect(terminal.wantsColor(.auto) == wants)
    #expect(terminal.wantsColor(.always))
    #expect(!terminal.wantsColor(.never))
  }

  @Test(
    arguments: [
      ([:], true, true), ([:], false, false), (["CI": "true"], true, false),
      (["PRE_COMMIT": "1"], true, false),
    ] as [([String: String], Bool, Bool)]) func progress(
      environment: [String: String], isTerminal: Bool, wants: Bool
    )
  {
    #expect(terminal(environment, isTerminal: isTerminal).wantsProgress == wants)
  }

  @Test func whatIsNoTerminalIs80Columns() {
    #expect(terminal([:], isTerminal: false).width == 80)
  }
}
