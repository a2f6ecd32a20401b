public import ProgramModel

extension Check {
  /// Returns a new baseline: every finding that no comment and no allow list excuses, and the frames to compare with.
  ///
  /// - Parameter old: the baseline that it replaces, whose other builds it keeps.
  public func baseline(of programs: [Program], replacing old: Baseline? = nil) -> Baseline {
    let survey = survey(programs)
    var baseline = Baseline()
    for program in programs { baseline.builds[Self.build(program)] = Baseline.Section() }
    let frames = survey.frames.values.joined().map(\.candidate)
    for (slot, group) in Dictionary(grouping: survey.candidates + frames, by: \.slot) {
      baseline.add(slot.key, group.map(\.finding.measure), slot.build)
    }
    if let old {
      baseline.keep(from: old) { survey.outermost.contains(Survey.name($0.package, $0.function)) }
    }
    return baseline
  }

  /// Takes out what the baseline accepts. Returns how many findings these are, and what matched none.
  func accept(
    _ baseline: Baseline, _ builds: Set<Baseline.Build>, _ survey: inout Survey
  ) -> (count: Int, stale: [CheckResult.Stale]) {
    for build in builds.sorted() where baseline.builds[build] == nil {
      leaveOutFrames(baseline, build, &survey)
    }
    let tolerance = survey.policy.tolerance
    var left: [Candidate] = []
    var count = 0
    var gone = comparable(baseline, builds, survey)
    for (slot, group) in Dictionary(grouping: survey.candidates, by: \.slot) {
      let sorted = group.sorted { Candidate.isBefore($0, $1) }
      let match = tolerance.match(
        sorted.map { slot.key.rule.accepted($0.finding.measure) }, baseline.measures(slot) ?? [],
        sorted[0].finding.unit)
      gone[slot] = match.gone
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
        left.append(candidate)
      }
    }
    survey.candidates = left
    for (slot, frames) in survey.frames.sorted(by: { $0.key.key < $1.key.key }) {
      guard let rows = baseline.measures(slot) else { continue }
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
      CheckResult.Stale(key: $0.key.key, measures: $0.value, line: baseline.line($0.key))
    }
    return (count, stale.sorted { ($0.line, $0.key) < ($1.line, $1.key) })
  }

  /// Returns the rows that a finding should match, if its reason is still there.
  private func comparable(
    _ baseline: Baseline, _ builds: Set<Baseline.Build>, _ survey: Survey
  ) -> [Baseline.Slot: [Int]] {
    let isOnly = baseline.builds.keys.allSatisfy(builds.contains)
    var rows: [Baseline.Slot: [Int]] = [:]
    for (build, section) in baseline.sections(of: builds) {
      for (key, measures) in section.rows where key.rule != .frameGrowth {
        // Nothing is known of a package that was not judged, and a function that is missing here may be one of
        // another build. Frames come and go.
        guard survey.packages.contains(key.package),
          isOnly || survey.outermost.contains(Survey.name(key.package, key.function))
        else { continue }
        rows[Baseline.Slot(key: key, build: build)] = measures
      }
    }
    return rows
  }

  /// Leaves out what only a baseline with this build's frames could accept, and says so.
  private func leaveOutFrames(_ baseline: Baseline, _ build: Baseline.Build, _ survey: inout Survey) {
    let rules = survey.policy.rules.map(\.id).filter(\.isOfBuild)
    guard !rules.isEmpty else { return }
    func isLeftOut(_ slot: Baseline.Slot) -> Bool { slot.key.rule.isOfBuild && slot.build == build }
    let count = survey.candidates.count { isLeftOut($0.slot) }
    survey.candidates.removeAll { isLeftOut($0.slot) }
    survey.frames = survey.frames.filter { !isLeftOut($0.key) }
    let others = baseline.builds.keys.sorted().map(\.words).joined(separator: "; ")
    let leftOut = count == 0 ? "" : ", which leaves out \(count) \(count == 1 ? "finding" : "findings")"
    survey.warnings.append(
      "\(baselineName): has the frames of \(others.isEmpty ? "no build" : others), not those of \(build.words): "
        + "\(rules.map(\.rawValue).joined(separator: ", ")) not judged\(leftOut); "
        + "fathom baseline adds this build's frames, and keeps the others'")
  }

  /// Returns the build of a program.
  static func build(_ program: Program) -> Baseline.Build {
    let header = program.header
    return Baseline.Build(
      os: header.os ?? "", arch: header.arch.rawValue, go: header.goVersion ?? "", tags: header.tags)
  }
}
