import GoBinary
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
}
