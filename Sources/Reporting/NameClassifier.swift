import ProgramModel

/// Whose code each function is, and of which package. Functions of a package stand side by side in a
/// binary, so the last answer is kept; each worker has one of these.
struct NameClassifier {
  /// What a function's name says.
  struct Facts {
    /// The bytes of the import path; nil where the name has none.
    var package: ArraySlice<UInt8>?
    /// Its place in the header's modules; nil where nothing says.
    var module: Int?
    var origin: Origin
    var isWrapper: Bool
  }

  private let program: Program
  private let noPackage = Array(Origin.noPackage.utf8)
  /// The package as the last name has it.
  // A copy, not a slice: the workers of a report would count references to one array against each other.
  private var lastPrefix: [UInt8] = []
  private var lastPackage: ArraySlice<UInt8> = []
  private var lastModule: Int?
  private var lastOrigin: Origin?

  init(_ program: Program) { self.program = program }

  /// What the name of a function says.
  mutating func facts(of function: borrowing Function) -> Facts {
    let name = program.names.bytes(of: function.name)
    let text = name.span
    let isWrapper = SymbolName.isWrapper(text)
    guard let end = SymbolName.packageEnd(in: text), !Self.equal(text.extracting(..<end), noPackage.span)
    else {
      let origin = SymbolName.isCompilerMade(text) ? .compiler : program.origin(ofFile: function.file)
      return Facts(package: nil, origin: origin, isWrapper: isWrapper)
    }
    if lastOrigin == nil || !Self.equal(text.extracting(..<end), lastPrefix.span) {
      lastPrefix = Array(name.prefix(end))
      lastPackage = SymbolName.importPath(lastPrefix[...])
      let package = String(decoding: lastPackage, as: UTF8.self)
      let origin = program.origin(ofPackage: package)
      lastModule = program.module(ofPackage: package, origin)
      lastOrigin = origin
    }
    return Facts(
      package: lastPackage, module: lastModule, origin: lastOrigin ?? .unknown, isWrapper: isWrapper)
  }

  private static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in a.indices where a[i] != b[i] { return false }
    return true
  }
}
