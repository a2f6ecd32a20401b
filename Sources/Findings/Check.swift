public import ProgramModel

/// Applies the rules to every function of the inputs.
public struct Check: Sendable {
  /// The configuration, with the rules' settings.
  public var configuration: Configuration
  /// The origins whose code is judged; nil means the user's own, and other modules for the rules that include
  /// them.
  public var origins: Set<Origin>?
  /// The accepted findings; nil without a baseline.
  public var baseline: Baseline?
  /// The name of the baseline in errors.
  public var baselineName: String
  /// The source files.
  public var sources: SourceTree
  /// The changed lines, in ascending order, by the file's path from the root. Only findings about functions
  /// that contain such a line are kept. Nil keeps all.
  public var changes: [String: [ClosedRange<Int>]]?

  /// Creates a check.
  public init(
    configuration: Configuration, origins: Set<Origin>? = nil, baseline: Baseline? = nil,
    baselineName: String = "",
    sources: SourceTree
  ) {
    self.configuration = configuration
    self.origins = origins
    self.baseline = baseline
    self.baselineName = baselineName
    self.sources = sources
  }

  /// Judges all functions.
  ///
  /// - Parameter programs: the inputs; a function that is in several of them is judged once.
  /// - Throws: ``BaselineError/otherBuild(_:_:)``.
  public func run(_ programs: [Program]) throws(BaselineError) -> CheckResult {
    let build = Self.build(programs)
    if let baseline { try Self.compare(build, baseline.build, baselineName) }
    var survey = survey(programs)
    var result = CheckResult(
      inputs: programs.map(\.header.input), goVersion: programs.first?.header.goVersion,
      os: programs.first?.header.os, arch: programs.first?.header.arch ?? .amd64,
      tags: programs.first?.header.tags ?? [], judged: survey.judged, functions: survey.functions,
      rules: survey.policy.rules, findings: [], accepted: nil, allowed: [], stale: [])
    if let baseline {
      let accepted = accept(baseline, &survey)
      result.accepted = accepted.count
      result.stale = accepted.stale
    }
    result.allowed = survey.allowed
    if changes != nil { survey.candidates.removeAll { !$0.isOfChange } }
    result.findings = Candidate.grouped(survey.candidates)
    survey.warnings += survey.policy.unused.map { "\($0.place): \($0.text)" }
    result.warnings = survey.warnings
    return result
  }

  /// Returns a new baseline: every finding that no comment and no allow list excuses, and the frames to
  /// compare with.
  public func baseline(of programs: [Program]) -> Baseline {
    let survey = survey(programs)
    var rows: [FindingKey: [Int]] = [:]
    for candidate in survey.candidates {
      rows[candidate.finding.key, default: []].append(candidate.finding.measure)
    }
    for (key, frames) in survey.frames { rows[key] = frames.map(\.candidate.finding.measure) }
    return Baseline(build: Self.build(programs), rows: rows)
  }

  // MARK: Judging

  private struct Survey {
    var policy: Policy
    var candidates: [Candidate] = []
    var allowed: [CheckResult.Allowed] = []
    /// The frames that ``FrameGrowthJudge`` holds against the baseline.
    var frames: [FindingKey: [(candidate: Candidate, subject: Subject)]] = [:]
    var packages: Set<String> = []
    /// The functions whose source changed.
    var changed: Set<String> = []
    var warnings: [String] = []
    var judged = 0
    var functions = 0
  }

  private func survey(_ programs: [Program]) -> Survey {
    var survey = Survey(policy: Policy(configuration), changed: changed(programs))
    var seen: Set<Finding> = []
    // Names as bytes: Unicode would treat some different names as equal.
    var names: Set<[UInt8]> = []
    for program in programs {
      let judged = judgedOrigins(program)
      let graph = GraphAnswers(program) { judged.contains(program.origin(of: program.functions[$0])) }
      for i in program.functions.indices {
        survey.functions += 1
        guard let (subject, isWhole) = subject(i, in: program, graph, judged) else { continue }
        // Each program has its own `main.main`.
        if programs.count > 1, !names.insert(Array("\(subject.name) \(subject.file ?? "")".utf8)).inserted {
          continue
        }
        judge(subject, isWhole, &survey, &seen)
      }
    }
    return survey
  }

  /// Returns a function to judge, and whether all rules apply to it; nil where its code is not judged.
  private func subject(_ i: Int, in program: Program, _ graph: GraphAnswers, _ judged: Set<Origin>) -> (
    subject: Subject, isWhole: Bool
  )? {
    let function = program.functions[i]
    let name = program.names.string(function.name)
    let origin = program.origin(ofName: SymbolName(name), file: function.file)
    let isWhole = judged.contains(origin)
    guard isWhole || origins == nil && origin == .dependency else { return nil }
    return (Subject(i, in: program, origin: origin, graph: graph, sources: sources), isWhole)
  }

  /// Returns the functions whose source changed. They are determined before any function is judged, since the
  /// list of functions that a finding leads through is long and is not kept.
  private func changed(_ programs: [Program]) -> Set<String> {
    guard let changes else { return [] }
    var changed: Set<String> = []
    for program in programs {
      let judged = judgedOrigins(program)
      let graph = GraphAnswers(program) { _ in false }
      for i in program.functions.indices {
        guard let (subject, _) = subject(i, in: program, graph, judged) else { continue }
        if Self.isChanged(subject, changes) { changed.insert(subject.name) }
      }
    }
    return changed
  }

  /// Whether a line of a function's source changed; a function without lines counts as changed.
  private static func isChanged(_ subject: Subject, _ changes: [String: [ClosedRange<Int>]]) -> Bool {
    guard let place = subject.place else { return true }
    let lines = Int(place.line)...Int(max(place.line, subject.function.endLine ?? place.line))
    guard let hunks = changes[place.file] else { return false }
    let first = hunks.partitioningIndex { $0.upperBound >= lines.lowerBound }
    return first < hunks.count && hunks[first].overlaps(lines)
  }

  private func judge(_ subject: Subject, _ isWhole: Bool, _ survey: inout Survey, _ seen: inout Set<Finding>)
  {
    let settings = survey.policy.settings(for: subject)
    survey.judged += 1
    let stable = SymbolName(subject.name).outermost
    survey.packages.insert(stable.package)
    for judge in Judges.all where isWhole || judge.rule == .largeFrame {
      guard let settings = settings[judge.rule], let severity = settings.severity else { continue }
      for draft in judge.judge(subject, settings, severity) {
        let candidate = candidate(draft, subject, stable, survey.changed)
        if judge.rule == .frameGrowth {
          survey.frames[candidate.finding.key, default: []].append((candidate, subject))
        } else if seen.insert(candidate.finding).inserted {
          excuse(candidate, subject, &survey)
        }
      }
    }
  }

  private func candidate(
    _ draft: Draft, _ subject: Subject, _ stable: (package: String, function: String), _ changed: Set<String>
  ) -> Candidate {
    let finding = Finding(
      rule: draft.rule, severity: draft.severity, function: subject.name, package: subject.package,
      origin: subject.origin, place: draft.place, message: draft.message, measure: draft.measure,
      unit: draft.unit,
      key: FindingKey(rule: draft.rule, package: stable.package, function: stable.function))
    var causes = draft.causes
    if causes.isEmpty, draft.unit == .bytes {
      // Frames share a cause if they are instances of a generic function, closures of one function, or
      // functions of one file with exactly the same size, which suggests an inlined buffer or a type of
      // theirs.
      causes = [
        "\(stable.package) \(stable.function)", "\(draft.place?.file ?? subject.name):\(draft.measure)",
      ]
    }
    return Candidate(
      finding: finding, causes: causes, severityIfNew: draft.severityIfNew,
      isOfChange: changed.contains(subject.name)
        || !changed.isEmpty && !changed.isDisjoint(with: draft.others()))
  }

  /// Returns the origins to judge: the user's own or, where nothing tells whose code it is, all but the
  /// libraries.
  private func judgedOrigins(_ program: Program) -> Set<Origin> {
    if let origins { return origins }
    if program.header.ownFrom != nil { return [.own] }
    return [.own, .dependency, .unknown]
  }

  // MARK: Excuses

  private func excuse(_ candidate: Candidate, _ subject: Subject, _ survey: inout Survey) {
    let finding = candidate.finding
    if let reason = comment(on: finding, subject, &survey.warnings) {
      survey.allowed.append(reason)
    } else if let allow = survey.policy.allow(finding.rule, subject) {
      survey.allowed.append(
        CheckResult.Allowed(finding: finding, reason: allow.reason, place: allow.place.description))
    } else {
      survey.candidates.append(candidate)
    }
  }

  private func comment(
    on finding: Finding, _ subject: Subject, _ warnings: inout [String]
  ) -> CheckResult.Allowed? {
    guard let place = finding.place, let file = subject.file, let text = sources.text(of: file) else {
      return nil
    }
    for comment in AllowComment.all(about: place.line, in: text) {
      let at = "\(place.file):\(comment.line)"
      var problem: String?
      if RuleID(rawValue: comment.rule) == nil {
        problem = "\(at): \(AllowComment.mark) names an unknown rule: «\(Spelled.text(comment.rule))»"
      } else if comment.rule == finding.rule.rawValue {
        if !comment.reason.isEmpty {
          return CheckResult.Allowed(finding: finding, reason: comment.reason, place: at)
        }
        problem = "\(at): \(AllowComment.mark) \(comment.rule) needs a reason after the rule; ignored"
      }
      if let problem, !warnings.contains(problem) { warnings.append(problem) }
    }
    return nil
  }

  // MARK: The baseline

  private func accept(
    _ baseline: Baseline, _ survey: inout Survey
  ) -> (count: Int, stale: [CheckResult.Stale]) {
    let tolerance = survey.policy.tolerance
    var left: [Candidate] = []
    var count = 0
    var gone: [FindingKey: [Int]] = baseline.rows.filter {
      // Nothing is known of a package that was not judged, and frames come and go.
      $0.key.rule != .frameGrowth && survey.packages.contains($0.key.package)
    }
    for (key, group) in Dictionary(grouping: survey.candidates, by: \.finding.key) {
      let sorted = group.sorted { Candidate.isBefore($0, $1) }
      let match = tolerance.match(
        sorted.map(\.finding.measure), baseline.rows[key] ?? [], sorted[0].finding.unit)
      gone[key] = match.gone
      for (var candidate, verdict) in zip(sorted, match.verdicts) {
        switch verdict {
        case .accepted:
          count += 1
          continue
        case .new: break
        case .worse(let than):
          candidate.finding.accepted = than
          candidate.finding.message += "; the baseline has \(Spelled.figure(than))"
        }
        if let severity = candidate.severityIfNew { candidate.finding.severity = severity }
        left.append(candidate)
      }
    }
    survey.candidates = left
    for (key, frames) in survey.frames.sorted(by: { $0.key < $1.key }) {
      guard let rows = baseline.rows[key] else { continue }
      let sorted = frames.sorted { $0.candidate.finding.measure > $1.candidate.finding.measure }
      let match = tolerance.match(sorted.map(\.candidate.finding.measure), rows, .bytes)
      for (frame, verdict) in zip(sorted, match.verdicts) {
        guard case .worse(let than) = verdict else { continue }
        var candidate = frame.candidate
        candidate.finding.accepted = than
        candidate.finding.message = FrameGrowthJudge.message(candidate.finding.measure, than)
        excuse(candidate, frame.subject, &survey)
      }
    }
    let stale = gone.filter { !$0.value.isEmpty }.map {
      CheckResult.Stale(key: $0.key, measures: $0.value, line: baseline.line(of: $0.key))
    }
    return (count, stale.sorted { ($0.line, $0.key) < ($1.line, $1.key) })
  }

  private static func build(_ programs: [Program]) -> Baseline.Build {
    func joined(_ values: [String]) -> String { Set(values).sorted().joined(separator: "+") }
    let headers = programs.map(\.header)
    return Baseline.Build(
      os: joined(headers.map { $0.os ?? "" }), arch: joined(headers.map(\.arch.rawValue)),
      go: joined(headers.map { $0.goVersion ?? "" }), tags: Set(headers.flatMap(\.tags)).sorted())
  }

  private static func compare(_ now: Baseline.Build, _ then: Baseline.Build, _ file: String)
    throws(BaselineError)
  {
    let differences = zip(now.rows, then.rows).filter { $0.value != $1.value }.map { now, then in
      "\(now.key): \(then.value.isEmpty ? "none" : then.value) there, \(now.value.isEmpty ? "none" : now.value) here"
    }
    guard differences.isEmpty else { throw .otherBuild(file, differences) }
  }
}
