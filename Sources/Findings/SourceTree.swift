import ByteText
import Synchronization

/// The source files that findings are in: their paths from the root of the check, and their text.
public final class SourceTree: Sendable {
  /// A module whose code is in a folder.
  public struct Module: Hashable, Sendable {
    /// The path, `example.com/app`, which starts the file names of a build with `-trimpath`.
    public var path: String
    /// The module's absolute folder.
    public var folder: String

    /// Creates a module.
    public init(path: String, folder: String) {
      self.path = path
      self.folder = folder
    }
  }

  /// The absolute path of the root, without a trailing slash; nil where paths stay as they are.
  private let root: String?
  private let modules: [Module]
  private let goroot: String?
  private let read: @Sendable (String) -> String?
  private let lines = Mutex<[String: [Substring]?]>([:])

  /// Creates a tree.
  ///
  /// - Parameters:
  ///   - root: the absolute folder that paths are relative to, as that of the repository.
  ///   - modules: the modules and their folders.
  ///   - goroot: the folder of the Go tree, for the files of Go's own packages.
  ///   - read: returns the text of a file by its absolute path; nil where there is none.
  public init(
    root: String?, modules: [Module] = [], goroot: String? = nil,
    read: @escaping @Sendable (String) -> String?
  ) {
    self.root = root.map { $0 == "/" ? "" : $0 }
    // The longest path comes first: a module may be inside another one.
    self.modules = modules.sorted { ($1.path.count, $0.path) < ($0.path.count, $1.path) }
    self.goroot = goroot
    self.read = read
  }

  /// Returns the place of a line of a file, with its path relative to the root if possible.
  func place(of file: String, line: Int32) -> Finding.Place {
    let path = absolute(file) ?? file
    if let root, path.utf8.starts(with: (root + "/").utf8) {
      let rest = path.utf8.dropFirst(root.utf8.count + 1)
      return Finding.Place(file: String(Substring(rest)), line: line, isRelative: true)
    }
    let isOfGo = file.utf8.starts(with: "$GOROOT/".utf8)
    return Finding.Place(file: isOfGo ? path : file, line: line, isRelative: false)
  }

  /// Returns the path of a file that patterns of the configuration are matched against.
  func path(of file: String) -> String { place(of: file, line: 1).file }

  /// Whether a file says that a program generated it (`go help generate`: on a line of its own before any
  /// code).
  func isGenerated(_ file: String?) -> Bool {
    guard let file, let lines = text(of: file) else { return false }
    for line in lines {
      if line.utf8.starts(with: "// Code generated ".utf8),
        line.utf8.reversed().starts(with: " DO NOT EDIT.".utf8.reversed())
      {
        return true
      }
      if line.utf8.starts(with: "package ".utf8) { return false }
    }
    return false
  }

  /// Returns the lines of a file that contains a word; nil where it does not, or cannot be read. Others are not kept.
  func text(of file: String, containing word: StaticString) -> [Substring]? {
    guard let path = absolute(file) else { return nil }
    let known = lines.withLock { $0[path] }
    guard known == nil else { return known ?? nil }
    guard let text = read(path), text.utf8Span.span.firstOffset(of: word) != nil else { return nil }
    return self.text(of: file)
  }

  /// Returns the lines of a file; nil where it cannot be read.
  func text(of file: String) -> [Substring]? {
    guard let path = absolute(file) else { return nil }
    return lines.withLock { cache in
      if let known = cache[path] { return known }
      let text = read(path).map(TextLines.of)
      cache[path] = text
      return text
    }
  }

  /// Returns the absolute path of a file, as far as its name tells.
  private func absolute(_ file: String) -> String? {
    if file.utf8.first == UInt8(ascii: "/") { return file }
    // Go's own packages, as the go command names them when it compiles them.
    let mark = "$GOROOT"
    if let goroot, file.utf8.starts(with: (mark + "/").utf8) {
      return goroot + Substring(file.utf8.dropFirst(mark.utf8.count))
    }
    let bytes =
      file.utf8.starts(with: (mark + "/src/").utf8)
      ? file.utf8.dropFirst(mark.utf8.count + 5) : file.utf8[...]
    for module in modules where bytes.starts(with: (module.path + "/").utf8) {
      return module.folder + Substring(bytes.dropFirst(module.path.utf8.count))
    }
    return nil
  }
}
