import ProgramModel

/// Finds the owner and the package of each function. Functions of a package are next to each other in a
/// binary, so the last answer is kept. Each worker has a classifier of its own.
struct NameClassifier {
  /// The facts that a function's name tells.
  struct Facts {
    /// The bytes of the import path; nil where the name has none.
    var package: ArraySlice<UInt8>?
    /// The index of its module in the header's modules; nil where it is not known.
    var module: Int?
    /// The owner of the code, such as the user or the standard library.
    var origin: Origin
    /// Whether the compiler made the function as a wrapper.
    var isWrapper: Bool
  }

  private let program: Program
  private let noPackage = Array(Origin.noPackage.utf8)
  /// The package in the spelling of the last name. It is a copy and no slice, since the workers of a report
  /// would all count references to one array.
  private var lastPrefix: [UInt8] = []
  private var lastPackage: ArraySlice<UInt8> = []
  private var lastModule: Int?
  private var lastOrigin: Origin?

  /// Makes a classifier for the functions of a program.
  init(_ program: Program) { self.program = program }

  /// Returns the facts that the name of a function tells.
  mutating func facts(of function: borrowing Function) -> Facts {
    let name = program.names.bytes(of: function.name)
    let text = name.span
    let isWrapper = SymbolName.isWrapper(text)
    if function.frame.uncertain == .foreign { return Facts(package: nil, origin: .c, isWrapper: false) }
    guard let end = SymbolName.packageEnd(in: text), !Self.equal(text.extracting(..<end), noPackage.span)
    else {
      if SymbolName.isCompilerMade(text) {
        return Facts(package: nil, origin: .compiler, isWrapper: isWrapper)
      }
      let origin = program.origin(ofFile: function.file)
      let package = function.file.flatMap { program.package(ofFolderOf: program.names.string($0)) }
      return Facts(
        package: package.map { Array($0.utf8)[...] },
        module: package.flatMap { program.module(ofPackage: $0, origin) }, origin: origin,
        isWrapper: isWrapper)
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
