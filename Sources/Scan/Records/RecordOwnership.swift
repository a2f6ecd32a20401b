import ByteText
import ProgramModel

/// The ownership of functions, collected from their records. The stream's header contains neither the
/// prefixes of the user's own packages nor the modules.
struct RecordOwnership {
  /// The ownership in one record.
  struct Stated: Hashable {
    var package: NameID?
    var module: NameID?
    var version: NameID?
    var origin = Origin.unknown
  }

  private var names = NameTable()
  /// Each distinct ownership, with the index of the first function that has it.
  private var all: [Stated: Int] = [:]
  private var last = Stated()

  /// Reads a text or null; stores each distinct text once.
  mutating func text(_ cursor: inout JSONCursor) throws(JSONCursor.Problem) -> NameID? {
    cursor.isNull() ? nil : try cursor.withString { names.intern($0) }
  }

  /// Notes the ownership of the function at an index.
  mutating func note(_ stated: Stated, place: Int) {
    // Functions of one package are usually adjacent.
    guard stated != last || all.isEmpty else { return }
    last = stated
    if all[stated] == nil { all[stated] = place }
  }

  /// The modules that the functions belong to.
  var modules: ModuleList {
    let pairs = Set(all.keys.compactMap { stated in stated.module.map { [$0, stated.version] } })
    return ModuleList(
      pairs.map { pair in
        ModuleList.Module(path: names.string(pair[0]!), version: pair[1].map { names.string($0) })
      }.sorted { ($0.path, $0.version ?? "") < ($1.path, $1.version ?? "") })
  }

  /// Sets the header's prefixes and modules, so that each function has the origin that its record states.
  ///
  /// - Returns: a warning where that is not possible.
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
