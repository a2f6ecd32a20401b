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
  /// The changed lines, in ascending order, by the file's path from the root. Kept are findings about functions
  /// that contain such a line, and those that are worse than the baseline accepts: what a function reserves may
  /// change with a type that it uses. Nil keeps all.
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
  public func run(_ programs: [Program]) -> CheckResult {
    var survey = survey(programs)
    var result = CheckResult(
      inputs: programs.map(\.header.input), goVersion: programs.first?.header.goVersion,
      os: programs.first?.header.os, arch: programs.first?.header.arch ?? .amd64,
      tags: programs.first?.header.tags ?? [], judged: survey.judged, functions: survey.functions,
      rules: survey.policy.rules, findings: [], accepted: nil, allowed: [], stale: [])
    if let baseline {
      let accepted = accept(baseline, Set(programs.map(Self.build)), &survey)
      result.accepted = accepted.count
      result.stale = accepted.stale
    }
    result.uncertain = survey.uncertain
    result.allowed = survey.allowed
    if changes != nil {
      result.unchanged = survey.candidates.filter(\.isOfOtherCode).map(\.finding.severity)
      survey.candidates.removeAll(where: \.isOfOtherCode)
    }
    result.findings = Candidate.grouped(survey.candidates)
    survey.warnings += idleComments(survey)
    survey.warnings += survey.policy.unused.map { "\($0.place): \($0.text)" }
    result.warnings = survey.warnings
    return result
  }

  // MARK: Judging

  /// What the rules say of all functions, before the baseline is asked.
  struct Survey {
    var policy: Policy
    var candidates: [Candidate] = []
    var allowed: [CheckResult.Allowed] = []
    /// The frames that ``FrameGrowthJudge`` holds against the baseline.
    var frames: [Baseline.Slot: [(candidate: Candidate, subject: Subject)]] = [:]
    var packages: Set<String> = []
    /// The package and the outermost function, with stars, of each function that was judged.
    var outermost: Set<[UInt8]> = []
    /// The functions whose source changed.
    var changed: Set<String> = []
    /// The files of the functions to which all rules apply.
    var files: Set<String> = []
    /// The places of the comments that excuse something.
    var usedComments: Set<String> = []
    var warnings: [String] = []
    var judged = 0
    var uncertain = 0
    var functions = 0

    /// A function's name as bytes, since Unicode would treat some different names as equal.
    static func name(_ package: String, _ function: String) -> [UInt8] {
      Array("\(package) \(function)".utf8)
    }
  }

  func survey(_ programs: [Program]) -> Survey {
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
    survey.candidates = Candidate.withoutInstances(survey.candidates, \.self)
    survey.frames = survey.frames.mapValues { Candidate.withoutInstances($0, \.candidate) }
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
    if settings[.largeFrame] != nil, subject.function.frame.uncertain != nil { survey.uncertain += 1 }
    if isWhole, let file = subject.file, !file.hasPrefix("<") { survey.files.insert(file) }
    let stable = SymbolName(subject.name).outermost
    survey.packages.insert(stable.package)
    survey.outermost.insert(Survey.name(stable.package, stable.function))
    for judge in Judges.all where isWhole || judge.rule == .largeFrame {
      guard let settings = settings[judge.rule], let severity = settings.severity else { continue }
      for draft in judge.judge(subject, settings, severity) {
        let candidate = candidate(draft, subject, stable, survey.changed)
        if judge.rule == .frameGrowth {
          survey.frames[candidate.slot, default: []].append((candidate, subject))
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
      finding: finding, build: draft.rule.isOfBuild ? Self.build(subject.program) : .any, causes: causes,
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

  func excuse(_ candidate: Candidate, _ subject: Subject, _ survey: inout Survey) {
    let finding = candidate.finding
    if let reason = comment(on: finding, subject, &survey.usedComments) {
      survey.allowed.append(reason)
    } else if let allow = survey.policy.allow(finding.rule, subject) {
      survey.allowed.append(
        CheckResult.Allowed(finding: finding, reason: allow.reason, place: allow.place.description))
    } else {
      survey.candidates.append(candidate)
    }
  }

  private func comment(on finding: Finding, _ subject: Subject, _ used: inout Set<String>) -> CheckResult
    .Allowed?
  {
    guard let place = finding.place, let file = subject.file, let text = sources.text(of: file) else {
      return nil
    }
    for comment in AllowComment.all(about: place.line, in: text)
    where comment.rule == finding.rule.rawValue && !comment.reason.isEmpty {
      let at = "\(place.file):\(comment.line)"
      used.insert(at)
      return CheckResult.Allowed(finding: finding, reason: comment.reason, place: at)
    }
    return nil
  }

  /// Returns what is wrong with the comments in the files that were judged: they excuse nothing.
  private func idleComments(_ survey: Survey) -> [String] {
    let rules = Set(survey.policy.rules.map(\.id.rawValue))
    return survey.files.sorted().flatMap { file -> [String] in
      guard let text = sources.text(of: file, containing: AllowComment.word) else { return [] }
      return AllowComment.all(in: text).compactMap { comment in
        let place = "\(sources.path(of: file)):\(comment.line)"
        if let problem = comment.problem { return "\(place): \(problem)" }
        // Only a baseline tells which frames grew, and a rule that is off excuses nothing anywhere.
        guard !survey.usedComments.contains(place), rules.contains(comment.rule),
          comment.rule != RuleID.frameGrowth.rawValue
        else { return nil }
        return "\(place): \(AllowComment.mark) \(comment.rule) excuses nothing: take it away"
      }
    }
  }
}
