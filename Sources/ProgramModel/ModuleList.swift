/// The modules that a binary is made of, as its build info names them.
public struct ModuleList: Sendable {
  /// A module, as in `go.mod`.
  public struct Module: Hashable, Sendable {
    /// `github.com/owner/name/v2`.
    public var path: String
    /// Of the code that was built; nil where nothing says, as for a folder.
    public var version: String?

    /// - Parameters:
    ///   - path: as in `go.mod`.
    ///   - version: of the code that was built.
    public init(path: String, version: String?) {
      self.path = path
      self.version = version
    }
  }

  /// In the order of the build info.
  public let all: [Module]
  private let places: [Substring: Int]

  /// - Parameter all: in the order of the build info.
  public init(_ all: [Module] = []) {
    self.all = all
    places = Dictionary(all.indices.map { (all[$0].path[...], $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The place in `all` of the module that holds a package: of those whose path is the package's or begins it
  /// at a slash, the longest.
  public func place(ofPackage package: String) -> Int? {
    guard !all.isEmpty else { return nil }
    let path = Origin.behindVendor(package[...]) ?? package[...]
    // The external tests of a module's first package are named after the module.
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
