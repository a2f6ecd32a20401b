import Findings
import LibC
import Reporting
import SystemPackage

/// The place where a check runs: its configuration, the folder for the names of paths, the module around it.
struct CheckPlace {
  /// The name of the configuration's file.
  static let configurationName = ".fathom.yml"
  /// The most bytes of a configuration; nobody writes a longer one by hand.
  private static let configurationLimit = 1 << 20
  /// The most bytes of a baseline.
  static let baselineLimit = 64 << 20
  /// The most bytes of a source file that is read for comments.
  private static let sourceLimit = 16 << 20

  /// The current folder, absolute and without links.
  let folder: FilePath
  /// The innermost folder from here upward that contains go.mod or go.work; nil outside of a module.
  let moduleRoot: FilePath?
  /// The repository's folder, or else the module's, or else the current folder.
  let root: FilePath

  /// Finds the place for the current folder. Throws where that folder cannot be resolved.
  init() throws(FathomError) {
    guard let here = unsafe realpath(".", nil) else {
      throw FathomError("this folder cannot be read: it may be gone")
    }
    folder = unsafe FilePath(platformString: here)
    unsafe free(here)
    moduleRoot = Self.module(around: folder)
    // In a worktree and in a submodule, `.git` is a file.
    root = Self.first(from: folder) { Self.exists($0.appending(".git")) } ?? moduleRoot ?? folder
  }

  /// Reads the configuration that is in force.
  ///
  /// - Parameter path: the file that the user named; nil searches from here up to the module's folder.
  /// - Returns: the configuration, the folder to which its paths are relative, and its file; without a file,
  ///   the defaults.
  /// - Throws: `FathomError` where the file that the user named does not exist, and for errors in the
  ///   configuration.
  func configuration(
    _ path: String?
  ) throws -> (configuration: Configuration, folder: FilePath, file: FilePath?) {
    let file: FilePath
    if let path {
      file = FilePath(platformString: ArgumentBytes.path(path))
    } else {
      guard let found = findConfiguration() else { return (Configuration(), folder, nil) }
      file = found
    }
    let name = TerminalText.safe(path.map(ArgumentBytes.bytes(of:)) ?? Array(shown(file).utf8))
    guard let text = try Self.text(of: file, name: name, limit: Self.configurationLimit) else {
      throw FathomError("\(name): no such file; name the configuration that you mean, or leave --config out")
    }
    let absolute = folder.pushing(file)
    let read: Configuration
    do { read = try Configuration(text, file: name) } catch {
      // The link may lead to a secret, and messages quote what they are about.
      guard isLinkFromHere(absolute) else { throw error }
      throw FathomError(
        "\(name): a link to a file that is no configuration, of which nothing is shown; "
          + "name the file itself with --config, which says what is wrong")
    }
    return (read, absolute.removingLastComponent(), absolute)
  }

  /// Whether a path below the root leads elsewhere by a link.
  private func isLinkFromHere(_ path: FilePath) -> Bool {
    let path = path.lexicallyNormalized()
    return path.starts(with: root) && FilePlace.real(path) != path
  }

  /// Returns the path of a baseline that is not named on the command line. Throws unless it is in the
  /// module's folder, since a file in the repository must not decide what else is read or written.
  func baseline(_ name: String, _ settings: CheckOptions.Settings) throws -> FilePath {
    let path = settings.folder.pushing(FilePath(name))
    let folder = FilePlace.real(settings.folder) ?? settings.folder
    let module = Self.module(around: folder) ?? folder
    // Where its folder is missing, opening it reports that.
    let real: FilePath
    do { real = try FilePlace(path, name: name).path } catch {
      real = folder.pushing(FilePath(name)).lexicallyNormalized()
    }
    var rest = real
    guard rest.removePrefix(module), !rest.components.contains(where: { $0.string == ".git" }) else {
      let place = settings.configuration.places["baseline"].map { "\($0): " } ?? ""
      throw FathomError(
        place + "the baseline \(TerminalText.safe(name)) does not lie in the module's folder; "
          + "name one there, or give it on the command line")
    }
    return path
  }

  /// Returns the module's folder that contains a folder; nil outside of a module.
  private static func module(around folder: FilePath) -> FilePath? {
    first(from: folder) { exists($0.appending("go.mod")) || exists($0.appending("go.work")) }
  }

  /// Returns the innermost configuration from the current folder up to the module's folder; nil where there
  /// is none.
  private func findConfiguration() -> FilePath? {
    // Outside of a module, only the current folder is searched: the folders above may belong to someone else.
    Self.first(from: folder, to: moduleRoot ?? folder) { Self.exists($0.appending(Self.configurationName)) }?
      .appending(Self.configurationName)
  }

  /// Returns the source files, by the names that findings have for them.
  ///
  /// - Parameters:
  ///   - modules: the modules that the go command compiled; where it is empty, the one in ``moduleRoot``.
  ///   - goroot: the Go tree that they were compiled with.
  func sources(_ modules: [(path: String, folder: String)], goroot: FilePath? = nil) -> SourceTree {
    var all = modules.map { SourceTree.Module(path: $0.path, folder: $0.folder) }
    if all.isEmpty, let moduleRoot, let path = Self.modulePath(moduleRoot) {
      all = [SourceTree.Module(path: path, folder: moduleRoot.string)]
    }
    return SourceTree(root: root.string, modules: all, goroot: goroot?.string) { path in
      (try? Self.text(of: FilePath(path), name: path, limit: Self.sourceLimit)) ?? nil
    }
  }

  /// Returns a path relative to the current folder, if it is below that.
  func shown(_ path: FilePath) -> String {
    var rest = path
    return rest.removePrefix(folder) ? rest.string : path.string
  }

  /// Returns the first 64 bytes of a file, or fewer.
  static func beginning(of path: FilePath, name: String) throws -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? file.close() }
      return unsafe try [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
        count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch let error as Errno {
      throw FathomError("\(name): cannot be read: \(error)")
    }
  }

  /// Returns the text of a regular file; nil where there is none. Throws for other files, and for more than
  /// `limit` bytes.
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

  /// Returns the path of a go.mod's line `module example.com/app`; nil where there is none.
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

  /// Returns the first folder that passes a test, from `start` upward, up to `end`; nil where none does.
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

  /// Whether a file or a folder exists at a path; false for a link that leads nowhere.
  private static func exists(_ path: FilePath) -> Bool { (try? Stat(path)) != nil }
}
