import ProgramModel

/// A function, as the rules see it.
struct Subject {
  let program: Program
  let function: Function
  /// The function's index in the program.
  let index: Int
  let graph: GraphAnswers
  /// The function's symbol.
  let name: String
  let package: String?
  let origin: Origin
  /// Its file, as in the binary; nil where it is unknown.
  let file: String?
  let sources: SourceTree

  init(_ index: Int, in program: Program, origin: Origin, graph: GraphAnswers, sources: SourceTree) {
    self.program = program
    self.index = index
    self.graph = graph
    function = program.functions[index]
    self.origin = origin
    self.sources = sources
    name = program.names.string(function.name)
    let package = SymbolName(name).package
    self.package = package == Origin.noPackage ? nil : package
    file = function.file.map { program.names.string($0) }
  }

  /// Whether it is hand-written assembly, by the name of its file.
  var isAssembly: Bool { file?.hasSuffix(".s") ?? false }

  /// The place of its first line.
  var place: Finding.Place? { function.line.flatMap { place(ofLine: $0) } }

  /// Returns the place of a line of the function's own file.
  func place(ofLine line: Int32) -> Finding.Place? { file.flatMap { sources.place(of: $0, line: line) } }

  /// Returns the place of a site; where the site was inlined from another file, that of the function.
  func place(of location: SourceLocation?) -> Finding.Place? {
    guard let location, isOfOwnFile(location.file) else { return place }
    return place(ofLine: location.line)
  }

  /// Returns the place of a call in the function's own text, whatever was inlined there.
  func place(of site: SitePlace) -> Finding.Place? {
    let (file, line) = site.outermost
    guard let line, file.map(isOfOwnFile) ?? true else { return place }
    return place(ofLine: line) ?? place
  }

  /// Whether a file is the function's own. Sites name only the last element of a path.
  func isOfOwnFile(_ name: NameID) -> Bool {
    guard let file else { return false }
    let site = program.names.string(name)
    return file == site || file.hasSuffix("/" + site)
  }
}

/// A rule's statement about a function, before it is known whether it is accepted or excused.
struct Draft {
  var rule: RuleID
  var severity: Severity
  var place: Finding.Place?
  var message: String
  var measure: Int
  var unit: Finding.Unit
  /// Keys that drafts with the same cause share. If empty, the check derives them for frames, and a count
  /// shares none.
  var causes: [String] = []
  /// The severity where a baseline is given but does not contain the finding; nil means `severity`.
  var severityIfNew: Severity?
  /// Returns the other functions that the draft is about. It is a closure, since a path may be long and is
  /// seldom needed.
  var others: () -> [String] = { [] }
}
