import SystemPackage

/// The folder in which to run the go command for some packages, and the names of the packages there. A folder
/// is built from inside, since it may belong to another module than the current folder.
struct BuildPlace: Sendable {
  /// The folder to run in; nil means the current one.
  let directory: FilePath?
  let packages: [String]

  /// Finds the place for some packages.
  ///
  /// - Parameters:
  ///   - packages: the packages, as the go command takes them.
  ///   - base: the folder that they are relative to; nil means the current one.
  /// - Throws: ``DisassemblyError/notAPackage(_:)``, ``DisassemblyError/nothingThere(_:)``.
  init(_ packages: [String], in base: FilePath? = nil) throws(DisassemblyError) {
    // The go command would take it as an option, for example `-toolexec=…`.
    if let option = packages.first(where: { $0.hasPrefix("-") }) { throw .notAPackage(option) }
    let paths = packages.map { base?.pushing(FilePath($0)) ?? FilePath($0) }
    for (package, path) in zip(packages, paths) where Self.isPath(package) && (try? Stat(path)) == nil {
      throw .nothingThere(package)
    }
    let folders = Set(paths.map { $0.removingLastComponent() })
    if packages.count == 1, (try? Stat(paths[0]).type) == .directory {
      directory = paths[0]
      self.packages = ["."]
    } else if packages.count == 1, let below = packages.first.flatMap(Self.folderOfPattern),
      (try? Stat(base?.pushing(below) ?? below).type) == .directory
    {
      directory = below == "." ? base : base?.pushing(below) ?? below
      self.packages = ["./..."]
    } else if packages.allSatisfy({ $0.hasSuffix(".go") }), folders.count == 1, let folder = folders.first {
      directory = folder.isEmpty ? nil : folder
      // A bare `-m.go` would be an option.
      self.packages = paths.map { "./" + ($0.lastComponent?.string ?? "") }
    } else {
      directory = base
      self.packages = packages
    }
  }

  /// Returns `./app` for `./app/...`; nil for anything but such a pattern.
  private static func folderOfPattern(_ package: String) -> FilePath? {
    guard package.hasSuffix("/..."), package.count > 4 else { return nil }
    return FilePath(String(package.dropLast(4)))
  }

  /// Whether the argument can only be a file or a folder, and neither a pattern nor an import path.
  private static func isPath(_ package: String) -> Bool {
    let isPath =
      package.hasPrefix("/") || package.hasPrefix("./") || package.hasPrefix("../")
      || package.hasSuffix(".go")
    return isPath && !package.contains("...")
  }

  /// The absolute path of the folder, with symbolic links resolved.
  var absolute: FilePath { PackageGroups.real(directory ?? ".") ?? directory ?? "." }

  /// Returns the name that `go build` would give the program.
  ///
  /// - Parameter package: the program's import path; nil when it is made from single files.
  func programName(_ package: String?) -> String {
    guard let package else { return FilePath(packages.first ?? "program.go").stem ?? "program" }
    let elements = package.split(separator: "/")
    // The last element of `example.com/app/v2` is a version.
    let isVersion = elements.last?.first == "v" && elements.last?.dropFirst().allSatisfy(\.isNumber) == true
    return String((isVersion ? elements.dropLast().last : elements.last) ?? "program")
  }
}
