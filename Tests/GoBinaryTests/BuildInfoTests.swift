import GoBinary
import SystemPackage
import Testing

struct BuildInfoTests {
  @Test func readsEveryKindOfLine() {
    let info = BuildInfo(
      goVersion: "go1.24.3",
      text: """
        path\texample.com/app/cmd/x
        mod\texample.com/app\t(devel)\t
        =>\t/src/app\t
        dep\tgithub.com/a/b\tv1.0.0\th1:abc=
        =>\tgithub.com/c/b\tv1.0.1\th1:def=
        dep\tgithub.com/d\tv0.1.0
        build\t-compiler=gc
        build\t-ldflags="-X \\"main.v=1 2\\" -s"
        build\t"a key"=`raw \\n`
        build\t-tags=netgo,osusergo
        build\tCGO_CFLAGS=
        unknown\tkind
        """)
    #expect(info.path == "example.com/app/cmd/x")
    #expect(info.mainModule?.replacement?.path == "/src/app")
    #expect(info.dependencies.map(\.path) == ["github.com/a/b", "github.com/d"])
    #expect(info.dependencies[0].replacement?.version == "v1.0.1")
    #expect(info.dependencies[1].replacement == nil)
    #expect(info[setting: "-ldflags"] == "-X \"main.v=1 2\" -s")
    #expect(info[setting: "a key"] == "raw \\n")
    #expect(info[setting: "CGO_CFLAGS"] == "")
    #expect(info.tags == ["netgo", "osusergo"])
  }

  @Test(arguments: [
    #"build\#t"open"#, #"build\#t"a\"#, #"build\#t"\xZ"=1"#, "build\t", "=>\ta\tb", "\t\t", "mod",
  ])
  func oddLinesAreHarmless(line: String) {
    #expect(BuildInfo(goVersion: "go1", text: line).settings.isEmpty)
  }

  /// The form of Go 1.13 to 1.17, pointers to Go strings, written over the one of a later Go.
  @Test(arguments: ["linux/amd64", "linux/386"]) func formOfOlderGo(target: String) throws {
    let folder = try scratchFolder()
    let path = try buildProgram(target, in: folder)
    let home = try #require(try BinaryFile(path: path).section(".go.buildinfo"))
    let width = target == "linux/386" ? 4 : 8
    func word(_ value: UInt64) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }
    let frame = [UInt8](repeating: 0x30, count: 16)
    let version = Array("go1.17.13".utf8)
    let modules = frame + Array("path\texample.com/old\nmod\texample.com/old\tv0.1.0\n".utf8) + frame
    let strings = UInt64(32 + 4 * width)
    var bytes = [0xff] + Array(" Go buildinf:".utf8) + [UInt8(width), 0]
    bytes += word(home.address + 32) + word(home.address + 32 + UInt64(2 * width))
    bytes += [UInt8](repeating: 0, count: 32 - bytes.count)
    bytes += word(home.address + strings) + word(UInt64(version.count))
    bytes += word(home.address + strings + UInt64(version.count)) + word(UInt64(modules.count))
    bytes += version + modules
    try #require(UInt64(bytes.count) <= home.size)
    let file = try FileDescriptor.open(path, .readWrite)
    try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: Int64(home.offset), bytes) }
    let info = try #require(try BinaryFile(path: path).buildInfo)
    #expect(info.goVersion == "go1.17.13")
    #expect(info.mainModule?.path == "example.com/old")
    #expect(info.mainModule?.version == "v0.1.0")
    // The version that is nowhere: a pointer past everything.
    let again = try FileDescriptor.open(path, .readWrite)
    try again.closeAfter { _ = try again.writeAll(toAbsoluteOffset: Int64(home.offset) + 16, word(.max - 3)) }
    #expect(try BinaryFile(path: path).buildInfo == nil)
  }
}
