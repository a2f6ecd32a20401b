import GoBinary
import ProgramModel

/// Which import paths are the user's own, and what settled it: the first of `--module`, what the go command
/// says of code that fathom built, the main module of the build info, the main package's path.
struct Own {
  var prefixes: [String]
  var from: OwnFrom

  init(prefixes: [String], from: OwnFrom) {
    self.prefixes = prefixes
    self.from = from
  }

  init?(module: String?) {
    guard let module else { return nil }
    self.init(prefixes: [module], from: .flag)
  }

  init?(_ info: BuildInfo?) {
    guard let info else { return nil }
    if let module = info.mainModule?.path, !module.isEmpty {
      self.init(prefixes: [module], from: .mod)
    } else if let path = info.path, !path.isEmpty, path != "command-line-arguments" {
      self.init(prefixes: [Self.root(path)], from: .path)
    } else {
      return nil
    }
  }

  /// A main package's path cut before `/cmd/`, or behind host, owner and repository.
  private static func root(_ path: String) -> String {
    let parts = path.split(separator: "/")
    if let cmd = parts.dropFirst().firstIndex(of: "cmd") { return parts[..<cmd].joined(separator: "/") }
    guard parts.first?.contains(".") == true, parts.count > 3 else { return path }
    return parts.prefix(3).joined(separator: "/")
  }
}
