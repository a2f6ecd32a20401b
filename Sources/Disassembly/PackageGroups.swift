import LibC
public import SystemPackage

/// Packages, by the folder in which the go command has to run to find them: it takes those of one module, or of one
/// workspace, at a time.
public struct PackageGroups: Sendable {
  /// Packages that one run of the go command takes.
  public struct Group: Hashable, Sendable {
    /// The folder to run in; nil means the current one.
    public var folder: FilePath?
    /// The packages, as the go command takes them there.
    public var packages: [String]
    /// Whether they are of a module that the workspace in force leaves out: they are built with GOWORK=off.
    public var isOutsideWorkspace = false
  }

  /// The groups; there is at least one.
  public private(set) var groups: [Group] = []
  /// The folders of modules below that the packages' patterns do not reach, as each has a go.mod of its own.
  public private(set) var leftOut: [FilePath] = []

  /// The folder that relative packages start from, as it was given.
  private let base: FilePath?
  /// The same, absolute and without links.
  private let here: FilePath
  private let hereModule: FilePath?
  /// The folders of the workspace's modules; empty without one.
  private let workspace: Set<FilePath>

  init(_ packages: [String], in base: FilePath?, workspace: Set<FilePath>) {
    self.base = base
    self.workspace = workspace
    here = Self.real(base ?? ".") ?? base ?? "."
    hereModule = Self.module(around: here)
    // Files that are given by their names make one package.
    if packages.contains(where: { $0.hasSuffix(".go") }) {
      groups = [Group(folder: base, packages: packages)]
      return
    }
    for package in packages { add(package) }
    let judged = Set(groups.compactMap(\.folder))
    leftOut = Set(leftOut).subtracting(judged).sorted { $0.string < $1.string }
  }

  private mutating func add(_ package: String) {
    let isPattern = package.hasSuffix("/...")
    let path = FilePath(isPattern ? String(package.dropLast(4)) : package)
    guard let folder = Self.real(here.pushing(isPattern && path.isEmpty ? "/" : path)),
      (try? Stat(folder).type) == .directory
    else { return put(package, in: base) }
    let module = Self.module(around: folder)
    let below = isPattern ? Self.modules(below: folder) : []
    if let module {
      if module == hereModule || workspace.contains(module) {
        put(package, in: base)
      } else {
        var rest = folder
        _ = rest.removePrefix(module)
        put((rest.isEmpty ? "." : "./\(rest)") + (isPattern ? "/..." : ""), in: module)
      }
    } else if below.isEmpty {
      put(package, in: base)
    }
    for inner in below {
      if workspace.contains(inner) {
        var rest = inner
        put((rest.removePrefix(here) ? "./\(rest)" : inner.string) + "/...", in: base)
      } else if module == nil, workspace.isEmpty {
        put("./...", in: inner)
      } else {
        leftOut.append(inner)
      }
    }
  }

  private mutating func put(_ package: String, in folder: FilePath?) {
    if let i = groups.firstIndex(where: { $0.folder == folder }) {
      if !groups[i].packages.contains(package) { groups[i].packages.append(package) }
    } else {
      groups.append(
        Group(
          folder: folder, packages: [package], isOutsideWorkspace: !workspace.isEmpty && folder != base))
    }
  }

  /// Returns the innermost folder with a go.mod, from a folder upward; nil outside of any module.
  public static func module(around folder: FilePath) -> FilePath? {
    above(folder, with: "go.mod")
  }

  /// Returns the innermost folder that contains a file of a name, from a folder upward.
  static func above(_ folder: FilePath, with name: FilePath.Component) -> FilePath? {
    var folder = folder
    while true {
      if (try? Stat(folder.appending(name)).type) == .regular { return folder }
      if folder.components.isEmpty { return nil }
      folder.removeLastComponent()
    }
  }

  /// Whether no pattern of the go command finds packages in a folder of this name, or they are not of the module
  /// (`go help packages`).
  public static func isPassedOver(_ name: String) -> Bool {
    name.hasPrefix(".") || name.hasPrefix("_") || name == "testdata" || name == "vendor"
      || name == "node_modules"
  }

  /// The most folders that are looked at for modules.
  private static let folderLimit = 200_000

  /// Returns the folders of the modules below a folder, in order.
  private static func modules(below top: FilePath) -> [FilePath] {
    var found: [FilePath] = []
    var pending = [top]
    var seen = 0
    while let folder = pending.popLast(), seen < folderLimit {
      seen += 1
      guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else { continue }
      while let entry = unsafe readdir(stream) {
        let isFolder = unsafe entry.pointee.d_type == UInt8(DT_DIR)
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
          unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if isFolder, !isPassedOver(name) {
          pending.append(folder.appending(name))
        } else if name == "go.mod", folder != top {
          found.append(folder)
        }
      }
      unsafe closedir(stream)
    }
    return found.sorted { $0.string < $1.string }
  }

  /// Returns a path, absolute and without links; nil where there is nothing.
  static func real(_ path: FilePath) -> FilePath? {
    guard let real = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(real) }
    return unsafe FilePath(platformString: real)
  }
}
