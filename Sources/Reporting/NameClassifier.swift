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
  /// The package as the last name has it.
  private var lastPrefix: ArraySlice<UInt8> = []
  private var lastPackage: ArraySlice<UInt8> = []
  private var lastModule: Int?
  private var lastOrigin: Origin?

  init(_ program: Program) { self.program = program }

  /// What the name of a function says.
  mutating func facts(of function: Function) -> Facts {
    let name = program.names.bytes(of: function.name)
    let isWrapper = SymbolName.isWrapper(name.span)
    guard let end = SymbolName.packageEnd(in: name.span),
      !name.prefix(end).elementsEqual(Origin.noPackage.utf8)
    else {
      let origin = SymbolName.isCompilerMade(name.span) ? .compiler : program.origin(ofFile: function.file)
      return Facts(package: nil, origin: origin, isWrapper: isWrapper)
    }
    let prefix = name.prefix(end)
    if lastOrigin == nil || !Self.equal(prefix.span, lastPrefix.span) {
      lastPrefix = prefix
      lastPackage = SymbolName.importPath(prefix)
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
