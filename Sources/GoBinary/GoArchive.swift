/// An archive that Go's compiler wrote. Its first member is `__.PKGDEF`, whose first line says
/// `go object linux amd64 go1.27.3 GOAMD64=v1 X:…` (`cmd/internal/archive`).
enum GoArchive {
  static func read(_ file: BinaryReader) throws(BinaryError) -> BinaryLayout {
    let head = try file.upTo(1024, at: 8).storage
    // A member begins with 60 bytes: its name, then numbers; the last of these is its size.
    guard head.starts(with: "__.PKGDEF".utf8), head.count > 60 else {
      return BinaryLayout(machine: "archive without Go code")
    }
    let line = String(decoding: head[60...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.split(separator: " ").map(String.init)
    guard words.count >= 5, words[0...1] == ["go", "object"] else {
      throw .malformed(file.path, "its first member does not begin with «go object»")
    }
    var layout = BinaryLayout(machine: words[3])
    layout.os = words[2]
    layout.goVersion = words[4]
    layout.hasSymbols = true
    layout.isObject = true
    layout.hasGoMarks = true
    return layout
  }
}
