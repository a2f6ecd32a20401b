import ProgramModel

extension Traces {
  /// The module that most frames are of which nothing says to be another one's, where no binary says whose code is whose:
  /// no version in its file's path, no vendoring folder. Nil where no module has more than half of them.
  public var likelyModule: String? {
    /// How many frames each function has, by the function's index, and the file of the first one.
    var functions: [(count: Int, file: NameID?)] = Array(repeating: (0, nil), count: names.count)
    for goroutine in goroutines {
      for frame in goroutine.frames {
        let i = Int(frame.function.index)
        if functions[i].count == 0 { functions[i].file = frame.file }
        functions[i].count += 1
      }
    }
    var counts: [String: Int] = [:]
    for (i, function) in functions.enumerated() where function.count > 0 {
      let module = module(of: NameID(index: UInt32(i)), in: function.file)
      if let module { counts[module, default: 0] += function.count }
    }
    let all = counts.values.reduce(0, +)
    return counts.first { 2 * $0.value > all }?.key
  }

  /// `github.com/me/app` of `github.com/me/app/server.(*S).run`; nil of what is Go's own, and of another module's.
  private func module(of function: NameID, in file: NameID?) -> String? {
    let name = names.string(function)
    guard !FrameClass.isVersioned(name, file.map { names.string($0) }),
      let package = SymbolName(name).package
    else { return nil }
    let parts = package.split(separator: "/")
    // The first element of a module's path has a dot, unless it is never fetched.
    guard let host = parts.first, host.contains("."), host != "golang.org" else { return nil }
    return parts.prefix(Self.forges.contains(String(host)) ? 3 : 2).joined(separator: "/")
  }

  /// The folder of package main where names have no packages: that of the function `main` which is not runtime's. All
  /// files of a folder are of one package. Nil where there is none.
  func folderOfMain(_ goroutine: GoroutineTrace) -> Substring? {
    let files = goroutine.frames.lazy.filter {
      $0.isShort && names.bytes(of: $0.function).elementsEqual("main".utf8)
    }.compactMap { $0.file.map { names.string($0) } }
    return files.first { !$0.hasSuffix("runtime/proc.go") }.map(Self.folder)
  }

  /// The folder that a file's path is in.
  static func folder(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }

  /// Where an owner stands between the host and the repository.
  private static let forges: Set = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"]
}
