import ByteText
import ProgramModel

/// Whose code it is, as records say it of each function: the stream's header names neither the prefixes that are the
/// user's own nor the modules.
struct RecordOwnership {
  /// What one record says.
  struct Stated: Hashable {
    var package: NameID?
    var module: NameID?
    var version: NameID?
    var origin = Origin.unknown
  }

  private var names = NameTable()
  /// What is said, each once, with the first function that it is said of.
  private var all: [Stated: Int] = [:]
  private var last = Stated()

  /// A text, kept once.
  mutating func text(_ cursor: inout JSONCursor) throws(JSONCursor.Problem) -> NameID? {
    try cursor.nameOrNull(&names)
  }

  /// Keeps what a record says of the function at this place.
  mutating func note(_ stated: Stated, place: Int) {
    // Functions of a package stand side by side.
    guard stated != last || all.isEmpty else { return }
    last = stated
    if all[stated] == nil { all[stated] = place }
  }

  /// The modules that functions are of.
  var modules: ModuleList {
    let pairs = Set(all.keys.compactMap { stated in stated.module.map { [$0, stated.version] } })
    return ModuleList(
      pairs.map { pair in
        ModuleList.Module(path: names.string(pair[0]!), version: pair[1].map { names.string($0) })
      }.sorted { ($0.path, $0.version ?? "") < ($1.path, $1.version ?? "") })
  }

  /// Sets the header's prefixes and modules, so that each function is whose its record says.
  ///
  /// - Returns: a warning where that is not so.
  func apply(to program: inout Program) -> String? {
    program.header.ownPrefixes = Set(
      all.keys.filter { $0.origin == .own }.compactMap { $0.package.map { names.string($0) } }
    ).sorted()
    program.header.modules = modules
    let wrong = all.filter { stated, place in
      program.origin(of: program.functions[place]) != stated.origin
    }
    guard let first = wrong.min(by: { $0.value < $1.value }) else { return nil }
    let name = program.names.string(program.functions[first.value].name)
    return
      "another fathom settled whose code \(name) is: it wrote \(first.key.origin.rawValue), and by its name it is "
      + "\(program.origin(of: program.functions[first.value]).rawValue); that is what is shown"
  }
}
