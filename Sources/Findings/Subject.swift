import ProgramModel

/// One function as the rules see it.
struct Subject {
  let program: Program
  let function: Function
  /// The function's place in the program.
  let index: Int
  let graph: GraphAnswers
  /// The symbol.
  let name: String
  let package: String?
  let origin: Origin
  /// Its file as the binary has it; nil where nothing says.
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

  /// Hand-written: its file is assembly.
  var isAssembly: Bool { file?.hasSuffix(".s") ?? false }

  /// Where it begins.
  var place: Finding.Place? { function.line.flatMap { place(ofLine: $0) } }

  /// A line of its own file.
  func place(ofLine line: Int32) -> Finding.Place? { file.flatMap { sources.place(of: $0, line: line) } }

  /// Where a site stands; where it was inlined from another file, the function itself.
  func place(of location: SourceLocation?) -> Finding.Place? {
    guard let location, isOfOwnFile(location) else { return place }
    return place(ofLine: location.line)
  }

  /// Whether a line is of the function's own file. Sites name the last element of a path only.
  func isOfOwnFile(_ location: SourceLocation) -> Bool {
    guard let file else { return false }
    let site = program.names.string(location.file)
    return file == site || file.hasSuffix("/" + site)
  }
}

/// What a rule says of a function, before it is known whether it is accepted or allowed.
struct Draft {
  var rule: RuleID
  var severity: Severity
  var place: Finding.Place?
  var message: String
  var measure: Int
  var unit: Finding.Unit
  /// What those of one cause share; empty is what frames of one cause share, and for a count nothing.
  var causes: [String] = []
  /// What it has where a baseline is given and does not know it; nil is `severity`.
  var severityIfNew: Severity?
  /// Gives the other functions that it is about: a way down may be long, and seldom asks anybody.
  var others: () -> [String] = { [] }
}
