import ProgramModel

/// `forbidden-call`: reports calls, jumps and `go` statements whose target the configuration lists.
enum ForbiddenCallJudge: Judge {
  static let rule = RuleID.forbiddenCall

  static func judge(_ subject: Subject, _ settings: RuleSettings, _ severity: Severity) -> [Draft] {
    guard !settings.calls.isEmpty else { return [] }
    let calls = subject.function.calls.map { ($0.target, $0.place) }
    let started = subject.function.goStatements.compactMap { site in site.target.map { ($0, site.place) } }
    return (calls + started).compactMap { target, place in
      let name = subject.program.names.string(target)
      guard settings.calls.contains(where: { $0.matches(name) }) else { return nil }
      return draft(
        severity, subject.place(of: place),
        "calls \(name), which the configuration forbids")
    }
  }
}
