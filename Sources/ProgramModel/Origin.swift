/// The owner of a function's code.
public enum Origin: String, CaseIterable, Sendable {
  /// The user's own code.
  case own
  /// The code of another module.
  case dependency
  /// The standard library.
  case std
  /// The Go runtime: code that is in every binary, and that no one calls by name.
  case runtime
  /// Code that the toolchain makes: for types (`type:.eq.…`), trampolines, wrappers through which C calls Go.
  case compiler
  /// C, C++, or hand-written code outside of Go packages.
  case c
  /// The input does not say.
  case unknown
}

extension Program {
  /// Returns the owner of a function's code, by the import path in its name and `header.ownPrefixes`.
  public func origin(of function: Function) -> Origin {
    // C may have a dot in its name: `msan.module_ctor`.
    if function.frame.uncertain == .foreign { return .c }
    return origin(ofName: SymbolName(names.string(function.name)), file: function.file)
  }

  /// Returns the owner of a symbol's code, by the import path in the name; a name without one is judged by
  /// its file.
  public func origin(ofName name: SymbolName, file: NameID? = nil) -> Origin {
    if name.isCompilerMade { return .compiler }
    guard let package = name.package, package != Origin.noPackage else { return origin(ofFile: file) }
    return origin(ofPackage: package)
  }

  /// Returns the owner of a function whose name has no package, by the folder of its file: assembly has such names
  /// (`cmpbody`, `gogo`). A function that comes from no Go or assembly file is C.
  public func origin(ofFile file: NameID?) -> Origin { origin(ofPath: file.map { names.string($0) }) }

  /// Returns the same by the file's path; nil counts as C.
  public func origin(ofPath path: String?) -> Origin {
    guard let path else { return .c }
    // The wrappers through which C calls Go.
    if path.hasSuffix("_cgo_gotypes.go") { return .compiler }
    if let package = package(ofFolderOf: path) { return origin(ofPackage: package) }
    guard path.hasSuffix(".s") || path.hasSuffix(".go"), let end = path.lastIndex(of: "/") else { return .c }
    // The import path is the path below GOROOT or a GOPATH; with -trimpath it is the path itself.
    let parts = path[..<end].split(separator: "/")
    let folder = path.hasPrefix("/") ? parts.lastIndex(of: "src").map { parts[($0 + 1)...] } : parts[...]
    guard let folder, !folder.isEmpty else { return .unknown }
    // A module's folder name includes its version: `golang.org/x/crypto@v0.1.0/sha3`.
    return origin(ofPackage: folder.map { $0.prefix { $0 != "@" } }.joined(separator: "/"))
  }

  /// Returns the owner of a package's code, by its import path; nil means that there is no package, which
  /// counts as C.
  public func origin(ofPackage package: String?) -> Origin {
    guard let package else { return .c }
    if isOwn(package) { return .own }
    if Origin.isRuntime(package) { return .runtime }
    if package.hasPrefix("vendor/golang.org/x/") { return .std }
    if Origin.behindVendor(package[...]) != nil { return .dependency }
    let first = package.prefix { $0 != "/" }
    if first.contains(".") { return .dependency }
    // A module's name need not contain a dot (`cmd` is Go's own): without build info, nothing says whose it
    // is.
    if package.hasPrefix("cmd/internal/") || Origin.stdElements.contains(String(first)) { return .std }
    return header.modules.place(ofPackage: package) == nil ? .unknown : .dependency
  }

  /// Returns the module that a package of this origin belongs to, as an index into `header.modules`; nil
  /// where it is unknown, and for packages outside of modules.
  public func module(ofPackage package: String, _ origin: Origin) -> Int? {
    switch origin {
    case .own where package == "main":
      header.modulePath.flatMap { path in header.modules.all.firstIndex { $0.path == path } }
    case .own, .dependency: header.modules.place(ofPackage: package)
    default: nil
    }
  }

  /// Whether a package is the user's own. A vendored package's path begins with the path of the module that
  /// vendors it, but that does not make it the user's own.
  private func isOwn(_ package: String) -> Bool {
    func isOwn(_ prefix: Substring) -> Bool {
      header.isOwnPrefix(prefix) && Origin.behindVendor(package[prefix.endIndex...]) == nil
    }
    // The tests of ``Origin/holds(_:_:)``: the path itself, its external tests, and each folder above.
    if isOwn(package[...]) || package.hasSuffix("_test") && isOwn(package.dropLast("_test".count)) {
      return true
    }
    var path = package[...]
    while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
      path = path[..<slash]
      if isOwn(path) { return true }
    }
    return false
  }
}

extension Origin {
  /// The package in the compiler's name for a closure that was inlined into another package:
  /// `_.goready.func1`.
  public static let noPackage = "_"

  /// The first elements of the standard library's import paths: `go list std`, Go 1.21 to 1.27.
  static let stdElements: Set<String> = [
    "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug",
    "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index",
    "internal",
    "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp",
    "runtime",
    "simd", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "text", "time",
    "unicode", "unique", "unsafe", "uuid", "vendor", "weak",
  ]

  /// The import paths of every program's main package: the linker's name for it, and the go command's for
  /// files given by name.
  static let mainPackages = ["main", "command-line-arguments"]

  /// Whether an import path is `prefix` itself, its external tests' package, or below it.
  static func holds(_ prefix: String, _ package: String) -> Bool {
    let prefix = prefix.utf8.last == UInt8(ascii: "/") ? prefix.utf8.dropLast() : prefix.utf8[...]
    guard package.utf8.starts(with: prefix) else { return false }
    let rest = package.utf8.dropFirst(prefix.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.elementsEqual("_test".utf8)
  }

  /// Returns the path of a vendored package without the path of the one that vendors it; nil where nothing is
  /// vendored.
  static func behindVendor(_ package: Substring) -> Substring? {
    var path = package.utf8
    while let slash = path.lastIndex(of: UInt8(ascii: "/")) {
      path = path[..<slash]
      let element = path.suffix("/vendor".utf8.count)
      if element.elementsEqual("/vendor".utf8) || element.elementsEqual("vendor".utf8) {
        return package[package.utf8.index(after: slash)...]
      }
    }
    return nil
  }

  static func isRuntime(_ package: String) -> Bool {
    package == "runtime" || package == "internal/runtime" || holds("runtime/internal", package)
      || holds("internal/runtime", package) || package == "internal/abi" || package == "internal/bytealg"
      || package == "internal/cpu"
  }
}
