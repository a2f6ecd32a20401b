import LibC
import SystemPackage

/// Where the go command has to run for what it was given, and how it is named there. A folder is
/// built from inside: it may belong to another module than the folder that we are in.
struct BuildPlace: Sendable {
  /// Nil is where we are.
  let directory: FilePath?
  let packages: [String]

  /// - Parameters:
  ///   - packages: as the go command takes them.
  ///   - base: what they are relative to; nil is where we are.
  /// - Throws: ``DisassemblyError/notAPackage(_:)``, ``DisassemblyError/nothingThere(_:)``.
  init(_ packages: [String], in base: FilePath? = nil) throws(DisassemblyError) {
    // To the go command it would be an option, `-toolexec=…` among them.
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
      // `-m.go` would be an option.
      self.packages = paths.map { "./" + ($0.lastComponent?.string ?? "") }
    } else {
      directory = base
      self.packages = packages
    }
  }

  /// `./app` of `./app/...`; nil for what is no such pattern.
  private static func folderOfPattern(_ package: String) -> FilePath? {
    guard package.hasSuffix("/..."), package.count > 4 else { return nil }
    return FilePath(String(package.dropLast(4)))
  }

  /// Whether it can only be a file or a folder: no pattern, no import path.
  private static func isPath(_ package: String) -> Bool {
    let isPath =
      package.hasPrefix("/") || package.hasPrefix("./") || package.hasPrefix("../")
      || package.hasSuffix(".go")
    return isPath && !package.contains("...")
  }

  /// The folder, absolute and without links.
  var absolute: FilePath {
    guard let real = unsafe (directory ?? ".").withPlatformString({ unsafe realpath($0, nil) }) else {
      return directory ?? "."
    }
    defer { unsafe free(real) }
    return unsafe FilePath(platformString: real)
  }

  /// What `go build` would call the program.
  ///
  /// - Parameter package: its import path; nil when it is made of files.
  func programName(_ package: String?) -> String {
    guard let package else { return FilePath(packages.first ?? "program.go").stem ?? "program" }
    let elements = package.split(separator: "/")
    // The last element of `example.com/app/v2` is a version.
    let isVersion = elements.last?.first == "v" && elements.last?.dropFirst().allSatisfy(\.isNumber) == true
    return String((isVersion ? elements.dropLast().last : elements.last) ?? "program")
  }
}
