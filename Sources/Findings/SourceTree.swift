import Synchronization

/// The source files that findings lie in: how they are named from the root of the check, and what stands in them.
public final class SourceTree: Sendable {
  /// A module whose code lies below a folder.
  public struct Module: Hashable, Sendable {
    /// `example.com/app`: what files are named by that were built with `-trimpath`.
    public var path: String
    /// Where it lies; absolute.
    public var folder: String

    /// A module at its folder.
    public init(path: String, folder: String) {
      self.path = path
      self.folder = folder
    }
  }

  /// Absolute, without a slash at its end; nil where paths stay as they are.
  private let root: String?
  private let modules: [Module]
  private let read: @Sendable (String) -> String?
  private let lines = Mutex<[String: [Substring]?]>([:])

  /// - Parameters:
  ///   - root: what paths are relative to: the repository's folder; absolute.
  ///   - modules: whose code lies where.
  ///   - read: gives the text of a file by its absolute path; nil where there is none.
  public init(root: String?, modules: [Module] = [], read: @escaping @Sendable (String) -> String?) {
    self.root = root.map { $0 == "/" ? "" : $0 }
    // The longest path first: a module may lie in another one.
    self.modules = modules.sorted { ($1.path.count, $0.path) < ($0.path.count, $1.path) }
    self.read = read
  }

  /// How a line of a file is named.
  func place(of file: String, line: Int32) -> Finding.Place {
    let path = absolute(file) ?? file
    if let root, path.utf8.starts(with: (root + "/").utf8) {
      let rest = path.utf8.dropFirst(root.utf8.count + 1)
      return Finding.Place(file: String(Substring(rest)), line: line, isRelative: true)
    }
    return Finding.Place(file: file, line: line, isRelative: false)
  }

  /// What a place is called in patterns of the configuration.
  func path(of file: String) -> String { place(of: file, line: 1).file }

  /// Whether a file says that a program wrote it (`go help generate`: a line of its own before any code).
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

  /// The lines of a file; nil where it cannot be read.
  func text(of file: String) -> [Substring]? {
    guard let path = absolute(file) else { return nil }
    return lines.withLock { cache in
      if let known = cache[path] { return known }
      let text = read(path).map(TextLines.of)
      cache[path] = text
      return text
    }
  }

  /// Where a file lies, as far as its name says.
  private func absolute(_ file: String) -> String? {
    if file.utf8.first == UInt8(ascii: "/") { return file }
    // Go's own packages, as the go command compiles them.
    let goroot = "$GOROOT/src/"
    let bytes = file.utf8.starts(with: goroot.utf8) ? file.utf8.dropFirst(goroot.utf8.count) : file.utf8[...]
    for module in modules where bytes.starts(with: (module.path + "/").utf8) {
      return module.folder + Substring(bytes.dropFirst(module.path.utf8.count))
    }
    return nil
  }
}
