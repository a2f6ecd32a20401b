/// Whose code a function is.
public enum Origin: String, CaseIterable, Sendable {
  /// The user's own.
  case own
  /// Another module's.
  case dependency
  /// The standard library.
  case std
  /// The Go runtime: what is in every binary and no one calls by name.
  case runtime
  /// Made by the compiler for types (`type:.eq.…`).
  case compiler
  /// C, C++ or hand-written code outside of Go packages.
  case c
  /// Nothing says.
  case unknown
}

extension Program {
  /// Whose code a function is, by the import path in its name and `header.ownPrefixes`.
  public func origin(of function: Function) -> Origin {
    origin(ofName: SymbolName(names.string(function.name)))
  }

  /// Whose code a symbol is.
  public func origin(ofName name: SymbolName) -> Origin {
    name.isCompilerMade ? .compiler : origin(ofPackage: name.package)
  }

  /// Whose code a package is, by its import path; nil is what has none.
  public func origin(ofPackage package: String?) -> Origin {
    guard let package else { return .c }
    if Origin.isRuntime(package) {
      return header.ownPrefixes.contains { Origin.holds($0, package) } ? .own : .runtime
    }
    // A vendored path keeps the vendoring module's path as its prefix, and is not own for that.
    let vendored = package.contains("/vendor/") || package.hasPrefix("vendor/")
    if !vendored {
      if package == "main" || header.ownPrefixes.contains(where: { Origin.holds($0, package) }) {
        return .own
      }
    }
    if package.hasPrefix("vendor/golang.org/x/") { return .std }
    if vendored { return .dependency }
    let first = package.prefix { $0 != "/" }
    if first.contains(".") { return .dependency }
    // A module may have a name without a dot (`cmd` is Go's own): without build info nothing says whose it is.
    if package.hasPrefix("cmd/internal/") { return .std }
    return Origin.stdElements.contains(String(first)) ? .std : .unknown
  }
}

extension Origin {
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

  /// Whether an import path is `prefix` or below it.
  static func holds(_ prefix: String, _ package: String) -> Bool {
    guard package.utf8.starts(with: prefix.utf8) else { return false }
    return package.utf8.count == prefix.utf8.count
      || package.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/")
  }

  static func isRuntime(_ package: String) -> Bool {
    package == "runtime" || package == "internal/runtime" || holds("runtime/internal", package)
      || holds("internal/runtime", package) || package == "internal/abi" || package == "internal/bytealg"
      || package == "internal/cpu"
  }
}
