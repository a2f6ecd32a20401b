import ProgramModel

extension TextReporter {
  // MARK: Stack

  /// Returns the section of the largest frames, or of the functions in the order that was asked for.
  func stack(_ shown: Shown) -> TextSection {
    let rows = sorted(shown.indices)
    let judged = shown.reason == .asked ? shown.indices : Array(program.functions.indices)
    let sizes = judged.filter { !labels.isStub(program.functions[$0]) }.map {
      program.functions[$0].frame.bytes
    }.sorted()
    guard let median = Figures.percentile(50, of: sizes), let most = Figures.percentile(99, of: sizes) else {
      return TextSection(title: "Stack", lead: "no function is listed: nothing matches")
    }
    let largest = rows.map { program.functions[$0].frame.bytes }.max()
    var lead = "median \(Figures.bytes(median)) · 99 % ≤ \(Figures.bytes(most))"
    if let largest { lead += " · largest \(shown.ofThese) \(Figures.bytes(largest))" }
    let group = TextSection.Group(
      note: options.sort == .frame ? nil : "by \(options.sort.rawValue):",
      rows: rows.prefix(options.top).map(functionRow), hidden: max(0, rows.count - options.top))
    var section = TextSection(title: "Stack", lead: lead, groups: [group])
    // It is obvious that there are more functions than rows.
    section.groups[0].hidden = 0
    return section
  }

  /// Returns the row of a function. The figure is the one that the list is sorted by, coloured by the class
  /// of the split check.
  private func functionRow(_ index: Int) -> TextSection.Row {
    let function = program.functions[index]
    let check = function.frame.splitCheck
    let frame = (function.frame.uncertain == nil ? "" : "≥ ") + Figures.bytes(function.frame.bytes)
    let (figure, unit) =
      switch options.sort {
      case .frame, .name: (frame, check == .none ? "" : check.rawValue)
      case .size: (Figures.bytes(function.size), "code")
      case .defers: (Figures.count(function.deferSites.count), "defers")
      case .atomics: (Figures.count(function.atomics.count), "atomics")
      case .calls: (Figures.count(function.calls.count), "calls")
      }
    let style: Paint.Style? =
      switch check {
      case .huge: .alarm
      case .big: .warning
      default: nil
      }
    let gap = String(repeating: " ", count: max(0, 9 - TerminalText.width(figure)))
    return TextSection.Row(
      figure: "\(gap)\(figure)  \(unit)", style: style, name: labels.name(function.name),
      place: labels.place(of: function))
  }

  /// Returns functions in the order that was asked for, without stubs.
  func sorted(_ indices: [Int]) -> [Int] {
    let real = indices.filter { !labels.isStub(program.functions[$0]) }
    guard options.sort != .name else {
      return real.sorted { a, b in
        program.names.bytes(of: program.functions[a].name)
          .lexicographicallyPrecedes(program.names.bytes(of: program.functions[b].name))
      }
    }
    // Functions with the same figure stay in address order.
    return real.map { (key: weight(program.functions[$0]), index: $0) }
      .sorted { ($1.key, $0.index) < ($0.key, $1.index) }
      .map(\.index)
  }

  private func weight(_ function: Function) -> Int {
    switch options.sort {
    case .frame, .name: function.frame.bytes
    case .size: function.size
    case .defers: function.deferSites.count
    case .atomics: function.atomics.count
    case .calls: function.calls.count
    }
  }

  // MARK: Defers

  /// Returns the section of the defers: their number by kind, then the looping and the needless ones of
  /// listed functions.
  func defers(_ shown: Shown) -> TextSection {
    let judged = shown.reason == .asked ? shown.indices.map { program.functions[$0] } : program.functions
    let sites = judged.flatMap(\.deferSites)
    guard !sites.isEmpty else { return TextSection(title: "Defers", lead: "none") }
    let kinds = DeferSite.Kind.allCases.compactMap { kind in
      let count = sites.count { $0.kind == kind }
      return count > 0 ? "\(Figures.count(count)) \(kind.label)" : nil
    }
    let functions = judged.count { !$0.deferSites.isEmpty }
    let lead =
      "\(Figures.count(sites.count)) in \(Figures.count(functions, "function")): \(kinds.joined(separator: ", "))"
    let groups = [
      deferGroup(shown, sites.count { $0.looping }, "looping", "each iteration adds to the chain", .alarm) {
        $0.looping
      },
      deferGroup(
        shown, sites.count { $0.needless }, "needless", "registered at most once, yet on the heap",
        .warning
      ) {
        $0.needless
      },
    ]
    return TextSection(title: "Defers", lead: lead, groups: groups.compactMap(\.self))
  }

  /// Returns the rows of the defers that `isOne` selects; nil where the whole program has none.
  private func deferGroup(
    _ shown: Shown, _ total: Int, _ what: String, _ why: String, _ style: Paint.Style,
    _ isOne: (DeferSite) -> Bool
  ) -> TextSection.Group? {
    var rows: [TextSection.Row] = []
    for index in shown.indices {
      let function = program.functions[index]
      for site in function.deferSites where isOne(site) {
        rows.append(
          TextSection.Row(
            figure: site.kind.label, style: style, name: labels.name(function.name),
            place: labels.place(site.location, site.address)))
      }
    }
    let elsewhere = total - rows.count
    guard total > 0 else { return nil }
    var note = rows.isEmpty ? "none \(what) \(shown.ofThese)" : "\(Figures.count(rows.count)) \(what): \(why)"
    if elsewhere > 0 { note += " (\(Figures.count(elsewhere)) elsewhere)" }
    return TextSection.Group(
      note: note, noteStyle: rows.isEmpty ? .quiet : style, rows: Array(rows.prefix(options.top)),
      hidden: max(0, rows.count - options.top))
  }

  // MARK: Atomics

  /// Returns the section of the atomics: the four most common families, then those in loops of listed
  /// functions.
  func atomics(_ shown: Shown) -> TextSection {
    let judged = shown.reason == .asked ? shown.indices.map { program.functions[$0] } : program.functions
    var families: [String: Int] = [:]
    for site in judged.lazy.flatMap(\.atomics) { families[family(site), default: 0] += 1 }
    guard !families.isEmpty else { return TextSection(title: "Atomics", lead: "none") }
    let ranked = families.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var counts = ranked.prefix(4).map { "\(Figures.count($0.value)) \($0.key)" }
    let others = ranked.dropFirst(4).reduce(0) { $0 + $1.value }
    if others > 0 { counts.append("\(Figures.count(others)) others") }

    let looping = shown.indices.map { program.functions[$0] }.filter { $0.atomics.contains { $0.inLoop } }
    let rows = looping.flatMap(loopingAtomics)
    let count = looping.reduce(0) { $0 + $1.atomics.count { $0.inLoop } }
    let inLoops = count == 0 ? "none inside a loop" : "\(Figures.count(count)) inside loops"
    return TextSection(
      title: "Atomics", lead: "\(counts.joined(separator: ", ")); \(inLoops) \(shown.ofThese)",
      groups: [
        TextSection.Group(rows: Array(rows.prefix(options.top)), hidden: max(0, rows.count - options.top))
      ])
  }

  /// Returns the atomics in loops of a function: each instruction once, with its count and its first place.
  private func loopingAtomics(_ function: Function) -> [TextSection.Row] {
    let sites = function.atomics.filter(\.inLoop)
    var seen: Set<NameID> = []
    return sites.filter { seen.insert($0.instruction).inserted }.map { first in
      let count = sites.count { $0.instruction == first.instruction }
      return TextSection.Row(
        figure: labels.name(first.instruction) + (count > 1 ? " ×\(count)" : ""), style: .warning,
        name: labels.name(function.name),
        place: labels.place(first.callers.last?.call ?? first.location, first.address))
    }
  }

  /// Returns the family of an atomic: `LOCK`, `XCHG`; on arm64 the mnemonic without size and ordering, `CAS`,
  /// `LDADD`.
  private func family(_ site: AtomicSite) -> String {
    let text = labels.name(site.instruction)
    let known = [
      "LOCK", "XCHG", "CAS", "SWP", "LDADD", "LDCLR", "LDEOR", "LDSET", "LDSMAX", "LDSMIN", "LDUMAX",
      "LDUMIN",
    ]
    return known.first(where: text.hasPrefix) ?? text
  }

  // MARK: Unsure

  /// Returns the section of everything that is not certain: frames that are lower bounds, instructions and
  /// lines that were not understood.
  func unsure(_ shown: Shown) -> TextSection {
    // There may be hundreds of C functions, uncertain all for the same reason, so they are only counted.
    let uncertain = program.functions.filter { $0.frame.uncertain != nil && $0.frame.uncertain != .foreign }
    let foreign = program.functions.count { $0.frame.uncertain == .foreign }
    let diagnostics = program.diagnostics
    let undecodedIn = program.functions.count { $0.undecoded > 0 }
    var parts: [String] = []
    func say(_ count: Int, _ one: String, _ many: String? = nil) {
      if count > 0 { parts.append(Figures.count(count, one, many)) }
    }
    say(uncertain.count, "frame")
    say(foreign, "frame of C code", "frames of C code")
    if diagnostics.undecoded > 0 {
      let places = undecodedIn > 0 ? " in \(Figures.count(undecodedIn, "function"))" : ""
      parts.append(Figures.count(diagnostics.undecoded, "instruction") + " not decoded" + places)
    }
    say(diagnostics.unknownLines, "line not understood", "lines not understood")
    say(diagnostics.overlongLines, "line too long", "lines too long")
    say(
      diagnostics.orphanInstructions, "instruction outside of functions",
      "instructions outside of functions")
    if diagnostics.lostStepFunctions > 0 {
      let left =
        diagnostics.distrustedAtomics > 0
        ? " (\(Figures.count(diagnostics.distrustedAtomics, "atomic")) not trusted)" : ""
      parts.append("lost step in \(Figures.count(diagnostics.lostStepFunctions, "function"))\(left)")
    }
    say(diagnostics.repeatedFunctions, "function twice", "functions twice")
    say(diagnostics.cutFunctions, "function cut off", "functions cut off")
    say(diagnostics.unfollowedLocks, "function's locks not followed", "functions' locks not followed")
    if program.isPartial { parts.append("the listing was cut: what follows is missing") }
    guard !parts.isEmpty else {
      return TextSection(title: "Unsure", lead: "nothing: every frame is settled, every instruction decoded")
    }
    return TextSection(
      title: "Unsure", lead: parts.joined(separator: ", "),
      groups: [uncertainGroup(uncertain, shown), exampleGroup()])
  }

  /// Returns the frames that are lower bounds, each with its reason; those of listed functions come first.
  private func uncertainGroup(_ uncertain: [Function], _ shown: Shown) -> TextSection.Group {
    let listed = Set(shown.indices.map { program.functions[$0].entry })
    let ordered =
      uncertain.filter { listed.contains($0.entry) } + uncertain.filter { !listed.contains($0.entry) }
    let rows = ordered.map { function in
      TextSection.Row(
        figure: function.frame.uncertain?.label ?? "", style: .warning, name: labels.name(function.name),
        place: labels.place(of: function))
    }
    return TextSection.Group(rows: Array(rows.prefix(options.top)), hidden: max(0, rows.count - options.top))
  }

  /// Returns some lines that were not understood, where the report is verbose.
  private func exampleGroup() -> TextSection.Group {
    guard options.detail == .verbose, !program.diagnostics.unknownExamples.isEmpty else {
      return TextSection.Group(rows: [])
    }
    let room = options.width - 13
    let lines = program.diagnostics.unknownExamples.map {
      TerminalText.keepingStart(of: TerminalText.safe($0), width: room)
    }
    return TextSection.Group(note: "not understood, for example: " + lines.joined(separator: " · "), rows: [])
  }
}
