import SystemPackage

/// A file, a link or a submodule of a commit: a row of `git ls-tree -r -z`, such as `100644 blob
/// 257cc5642cb1a054f08cc83f2d943e56fd3ebe99` TAB `cmd/app/main.go`.
struct TreeEntry: Sendable {
  enum Kind: Sendable { case file, program, link, submodule }

  let kind: Kind
  /// The name of its object, in hexadecimal.
  let object: ArraySlice<UInt8>
  /// The path from the repository's folder, which may contain any bytes but NUL.
  let path: ArraySlice<UInt8>

  init?(_ row: ArraySlice<UInt8>) {
    guard let tab = row.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
    let words = row[..<tab].split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[2].count >= 40 else { return nil }
    switch String(decoding: words[0], as: UTF8.self) {
    case "100755": kind = .program
    case "120000": kind = .link
    case "160000": kind = .submodule
    case "100644", "100664": kind = .file
    default: return nil
    }
    object = words[2]
    path = row[(tab + 1)...]
  }
}
