import ProgramModel

/// Whose code each function is, and of which package. Functions of a package stand side by side in a
/// binary, so the last answer is kept; each worker has one of these.
struct NameClassifier {
  /// What a function's name says.
  struct Facts {
    /// The bytes of the import path; nil where the name has none.
    var package: ArraySlice<UInt8>?
    var origin: Origin
    var isWrapper: Bool
  }

  private let program: Program
  private var lastPackage: ArraySlice<UInt8> = []
  private var lastOrigin: Origin?

  init(_ program: Program) { self.program = program }

  /// What the name of a function says.
  mutating func facts(of function: Function) -> Facts {
    let name = program.names.bytes(of: function.name)
    let isWrapper = SymbolName.isWrapper(name.span)
    guard let end = SymbolName.packageEnd(in: name.span) else {
      let origin: Origin = SymbolName.isCompilerMade(name.span) ? .compiler : program.origin(ofPackage: nil)
      return Facts(package: nil, origin: origin, isWrapper: isWrapper)
    }
    let package = name.prefix(end)
    if lastOrigin == nil || !Self.equal(package.span, lastPackage.span) {
      lastPackage = package
      lastOrigin = program.origin(ofPackage: String(decoding: package, as: UTF8.self))
    }
    return Facts(package: package, origin: lastOrigin ?? .unknown, isWrapper: isWrapper)
  }

  private static func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in a.indices where a[i] != b[i] { return false }
    return true
  }
}
