import Findings
import Testing

@Suite("How much a finding matters")
struct SeverityTests {
  @Test func errorsStandAboveWarningsAboveNotes() {
    #expect(Severity.allCases.sorted() == [.note, .warning, .error])
  }
}
