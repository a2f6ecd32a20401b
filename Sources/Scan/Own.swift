import GoBinary
import ProgramModel

/// The import paths of the user's own code, and the source that determined them. That is the first of these:
/// `--module`, the go command's answer for code that fathom built, the main module in the build info, the
/// main package's path.
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
    if !info.ownModules.isEmpty {
      self.init(prefixes: info.ownModules, from: .mod)
    } else if let path = info.path, let root = Self.root(path) {
      self.init(prefixes: [root], from: .path)
    } else {
      return nil
    }
  }

  /// A regular expression of Go's for the symbols of these packages. Symbols start with the import path, in
  /// which dots after the last slash are escaped (`cmd/internal/objabi/path.go`, PathToPrefix).
  var symbols: String {
    let paths = (["main", "command-line-arguments"] + prefixes).map { path in
      path.reduce(into: "") { out, c in
        if c == "." {
          out += "(\\.|%2e)"
        } else if c.isLetter || c.isNumber || c == "/" {
          out.append(c)
        } else {
          out += "\\\(c)"
        }
      }
    }
    return "^(" + paths.joined(separator: "|") + ")[/._]"
  }

  /// Returns the import path of the repository that contains a main package; nil where the package's path
  /// does not tell.
  private static func root(_ path: String) -> String? {
    let path = path.hasSuffix(".test") ? String(path.dropLast(".test".count)) : path
    let parts = path.split(separator: "/")
    guard let host = parts.first, path != "command-line-arguments" else { return nil }
    let cmd = parts.dropFirst().firstIndex(of: "cmd")
    var count = parts.count
    if host == "github.com" {
      count = 3
    } else if host == "gopkg.in" {
      // The path is `gopkg.in/name.v1` or `gopkg.in/owner/name.v1`.
      count = 1 + (parts.firstIndex { $0.contains(".v") } ?? 1)
    } else if let cmd {
      count = cmd
    } else if host.contains(".") {
      // Hosts with many owners (gitlab.com, git.sr.ht) name the owner in the path; a project's own host
      // (`go.etcd.io/etcd`) does not.
      let hasOwners = host.hasPrefix("git") || ["bitbucket.org", "codeberg.org", "golang.org"].contains(host)
      count = hasOwners ? 3 : 2
    }
    // From its second major version on, a module's path ends in the version.
    if count < parts.count, parts[count].first == "v", Int(parts[count].dropFirst()) != nil { count += 1 }
    return parts.prefix(count).joined(separator: "/")
  }
}

extension BuildInfo {
  /// The main module and those of a workspace: local code that is not replaced. A package of files given by
  /// name (`go build main.go`) belongs to no module, so this is also how their module is found.
  fileprivate var ownModules: [String] {
    let local = dependencies.filter { $0.version == "(devel)" && $0.replacement == nil }
    return ([mainModule].compactMap(\.self) + local).map(\.path).filter { !$0.isEmpty }
  }
}

extension ModuleList {
  /// Takes the modules of the build info, each with the version of the code that was built, which is the
  /// replacement's if there is one.
  init(_ info: BuildInfo?) {
    let modules = info.map { [$0.mainModule].compactMap(\.self) + $0.dependencies } ?? []
    self.init(
      modules.map { module in
        let version = module.replacement?.version ?? module.version
        return Module(path: module.path, version: ["", "(devel)"].contains(version) ? nil : version)
      })
  }
}
