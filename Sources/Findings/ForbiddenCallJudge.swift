import ProgramModel

/// `forbidden-call`: reports calls, jumps and `go` statements whose target the configuration lists.
enum ForbiddenCallJudge: Judge {
  static let rule = RuleID.forbiddenCall

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard !settings.calls.isEmpty else { return [] }
    let calls = subject.function.calls.map { ($0.target, $0.line) }
    let started = subject.function.goStatements.compactMap { site in site.target.map { ($0, site.line) } }
    return (calls + started).compactMap { target, line in
      let name = subject.program.names.string(target)
      guard settings.calls.contains(where: { $0.matches(name) }) else { return nil }
      return draft(
        severity, line.flatMap { subject.place(ofLine: $0) } ?? subject.place,
        "calls \(name), which the configuration forbids")
    }
  }
}
