/// The modules that a binary is made of, as its build info names them.
public struct ModuleList: Sendable {
  /// A module, as in `go.mod`.
  public struct Module: Hashable, Sendable {
    /// The path: `github.com/owner/name/v2`.
    public var path: String
    /// The version of the code that was built; nil when there is none, as for a folder.
    public var version: String?

    /// Creates a module.
    ///
    /// - Parameters:
    ///   - path: the path, as in `go.mod`.
    ///   - version: the version of the code that was built.
    public init(path: String, version: String?) {
      self.path = path
      self.version = version
    }
  }

  /// The modules, in the order of the build info.
  public let all: [Module]
  private let places: [Substring: Int]

  /// Creates a list.
  ///
  /// - Parameter all: the modules, in the order of the build info.
  public init(_ all: [Module] = []) {
    self.all = all
    places = Dictionary(all.indices.map { (all[$0].path[...], $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the index in `all` of the module that contains a package; nil for none. That is the module with
  /// the longest path that equals the package's or is followed by a slash in it.
  public func place(ofPackage package: String) -> Int? {
    guard !all.isEmpty else { return nil }
    let path = Origin.behindVendor(package[...]) ?? package[...]
    // The external tests of a module's root package are named after the module.
    return place(of: path) ?? (path.hasSuffix("_test") ? place(of: path.dropLast("_test".count)) : nil)
  }

  private func place(of path: Substring) -> Int? {
    var path = path
    while true {
      if let place = places[path] { return place }
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      path = path[..<slash]
    }
  }
}
