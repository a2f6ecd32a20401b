import SystemPackage
import Testing

@testable import Disassembly

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct TemporaryFolderTests {
  /// What a killed process left goes with the next one, what a living one uses stays; so does what is none of ours.
  @Test func leftoversGo() throws {
    let parent = try scratchFolder()
    for name in ["fathom-1-left", "fathom-2-beginning", "fathom-3-open", "other-4"] {
      try makeFolder(parent.appending(name))
      if name != "fathom-2-beginning" { try write("", to: parent.appending(name).appending("lock")) }
      try makeFolder(parent.appending(name).appending("go-build"))
    }
    // Others may write there.
    unsafe chmod(parent.appending("fathom-3-open").string, 0o777)
    let living = try TemporaryFolder(in: parent)
    let second = try TemporaryFolder(in: parent)
    #expect((try? Stat(parent.appending("fathom-1-left"))) == nil)
    for path in [
      living.path, second.path, parent.appending("fathom-2-beginning"), parent.appending("fathom-3-open"),
      parent.appending("other-4"),
    ] { #expect((try? Stat(path)) != nil, "\(path) is gone") }
  }

  @Test func itGoesWithItsObject() throws {
    let parent = try scratchFolder()
    var path: FilePath?
    do {
      let folder = try TemporaryFolder(in: parent)
      path = folder.path
      try write("x", to: folder.path.appending("file"))
      #expect(CacheFolder.isPrivate(folder.path))
    }
    #expect((try? Stat(#require(path))) == nil)
  }

  /// A folder of the cache that another user may write to could hold a program of theirs.
  @Test func aCacheThatOthersMayWriteToIsNone() throws {
    let home = try scratchFolder()
    var environment = ChildEnvironment.current
    environment["XDG_CACHE_HOME"] = home.string
    let folder = try CacheFolder.make(["builds", "x"], environment)
    unsafe chmod(folder.string, 0o777)
    #expect(throws: DisassemblyError.self) { try CacheFolder.make(["builds", "x"], environment) }
  }
}
