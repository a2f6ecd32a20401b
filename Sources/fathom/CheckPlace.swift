import Findings
import Reporting
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a check runs: its configuration, the folder that paths are named from, the module around it.
struct CheckPlace {
  static let configurationName = ".fathom.yml"
  /// Nobody writes a longer one by hand.
  private static let configurationLimit = 1 << 20
  /// Longer source files are not read for comments.
  private static let sourceLimit = 16 << 20

  /// Where we are; absolute, without links.
  let folder: FilePath
  /// The innermost folder from here up that holds go.mod or go.work; nil outside of any module.
  let moduleRoot: FilePath?
  /// The repository's folder, else the module's, else where we are.
  let root: FilePath

  init() throws(FathomError) {
    guard let here = unsafe realpath(".", nil) else {
      throw FathomError("this folder cannot be read: it may be gone")
    }
    folder = unsafe FilePath(platformString: here)
    unsafe free(here)
    moduleRoot = Self.first(from: folder) {
      Self.exists($0.appending("go.mod")) || Self.exists($0.appending("go.work"))
    }
    // A worktree and a submodule have a file of that name.
    root = Self.first(from: folder) { Self.exists($0.appending(".git")) } ?? moduleRoot ?? folder
  }

  /// The configuration that is in force.
  ///
  /// - Parameter path: as the user named it; nil looks from here up to the module's folder.
  /// - Returns: also the folder that its paths start from.
  func configuration(_ path: String?) throws -> (configuration: Configuration, folder: FilePath) {
    let file: FilePath
    if let path {
      file = FilePath(platformString: ArgumentBytes.path(path))
    } else {
      guard let found = findConfiguration() else { return (Configuration(), folder) }
      file = found
    }
    let name = path ?? shown(file)
    guard let text = try Self.text(of: file, name: name, limit: Self.configurationLimit) else {
      throw FathomError("\(name): no such file; name the configuration that you mean, or leave --config out")
    }
    return (try Configuration(text, file: name), folder.pushing(file).removingLastComponent())
  }

  private func findConfiguration() -> FilePath? {
    // Outside of a module only here: what lies above is somebody else's.
    Self.first(from: folder, to: moduleRoot ?? folder) { Self.exists($0.appending(Self.configurationName)) }?
      .appending(Self.configurationName)
  }

  /// The source files as findings name them.
  ///
  /// - Parameter modules: what the go command says of the code that it compiled.
  func sources(_ modules: [(path: String, folder: String)]) -> SourceTree {
    var all = modules.map { SourceTree.Module(path: $0.path, folder: $0.folder) }
    if all.isEmpty, let moduleRoot, let path = Self.modulePath(moduleRoot) {
      all = [SourceTree.Module(path: path, folder: moduleRoot.string)]
    }
    return SourceTree(root: root.string, modules: all) { path in
      (try? Self.text(of: FilePath(path), name: path, limit: Self.sourceLimit)) ?? nil
    }
  }

  /// A path below here without what leads here.
  func shown(_ path: FilePath) -> String {
    var rest = path
    return rest.removePrefix(folder) ? rest.string : path.string
  }

  /// The text of a regular file; nil where there is none.
  static func text(of path: FilePath, name: String, limit: Int) throws -> String? {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? file.close() }
      let found = try file.stat()
      guard found.type == .regular else { throw FathomError("\(name): not a regular file") }
      guard found.size <= limit else {
        throw FathomError("\(name): larger than \(limit >> 20) MiB, which is no file of this kind")
      }
      let size = Int(found.size)
      let bytes = unsafe try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
          let rest = unsafe UnsafeMutableRawBufferPointer(buffer)[count...]
          let read = unsafe try file.read(into: UnsafeMutableRawBufferPointer(rebasing: rest))
          if read == 0 { break }
          count += read
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch let error as Errno {
      throw FathomError("\(name): cannot be read: \(error)")
    }
  }

  /// `module example.com/app` of a go.mod.
  private static func modulePath(_ folder: FilePath) -> String? {
    guard let text = (try? text(of: folder.appending("go.mod"), name: "go.mod", limit: sourceLimit)) ?? nil
    else {
      return nil
    }
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.count > 1, words[0] == "module" { return words[1].filter { $0 != "\"" } }
    }
    return nil
  }

  private static func first(
    from start: FilePath, to end: FilePath? = nil, _ isIt: (FilePath) -> Bool
  ) -> FilePath? {
    var folder = start
    while true {
      if isIt(folder) { return folder }
      if folder == end || folder.components.isEmpty { return nil }
      folder.removeLastComponent()
    }
  }

  private static func exists(_ path: FilePath) -> Bool { (try? Stat(path)) != nil }
}
