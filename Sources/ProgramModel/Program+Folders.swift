extension Program {
  /// Finds the packages of the folders that hold assembly whose functions' names say none (`cmpbody`).
  ///
  /// A folder's package is the one that most of the named functions in its files have: Go has one package a folder,
  /// wherever the folder lies (a vendored one, Bazel's `external/…`), and a few functions have another package's name
  /// (`//go:linkname`).
  public mutating func findPackagesOfFolders() {
    var counts: [ArraySlice<UInt8>: [ArraySlice<UInt8>: Int]] = [:]
    // Functions of one file are usually adjacent.
    var (last, folder, isAsked): (NameID?, ArraySlice<UInt8>, Bool) = (nil, [], false)
    // By index: copying a function out of the array retains each of its lists.
    for i in functions.indices {
      guard let file = functions[i].file else { continue }
      if file != last {
        last = file
        isAsked = names.bytes(of: file).suffix(2).elementsEqual(".s".utf8)
      }
      guard isAsked,
        SymbolName.packageEnd(in: names.bytes(of: functions[i].name).span) == nil
      else { continue }
      counts[Self.folder(names.bytes(of: file))] = [:]
    }
    packagesOfFolders = [:]
    guard !counts.isEmpty else { return }
    last = nil
    for i in functions.indices {
      guard let file = functions[i].file else { continue }
      if file != last {
        (last, folder) = (file, Self.folder(names.bytes(of: file)))
        isAsked = counts[folder] != nil
      }
      guard isAsked else { continue }
      let name = names.bytes(of: functions[i].name)
      guard let end = SymbolName.packageEnd(in: name.span) else { continue }
      counts[folder]?[name.prefix(end), default: 0] += 1
    }
    for (folder, packages) in counts {
      let most = packages.max { a, b in
        a.value == b.value ? b.key.lexicographicallyPrecedes(a.key) : a.value < b.value
      }
      guard let package = most?.key, !package.elementsEqual(Origin.noPackage.utf8) else { continue }
      packagesOfFolders[String(decoding: folder, as: UTF8.self)] = String(
        decoding: SymbolName.importPath(package), as: UTF8.self)
    }
  }

  /// Returns the package of the folder that a file is in, where ``findPackagesOfFolders()`` found it.
  public func package(ofFolderOf path: String) -> String? {
    guard !packagesOfFolders.isEmpty, let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return packagesOfFolders[String(path[..<end])]
  }

  private static func folder(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)]
  }
}
