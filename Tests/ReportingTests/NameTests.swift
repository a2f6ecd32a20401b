import ProgramModel
import Testing

@testable import Reporting

@Suite("Names") struct NameTests {
  @Test(arguments: [
    ("main", "main.f", true), ("a*c", "abc", true), ("a*c", "abcd", false), ("?b?", "abc", true),
    ("*", "", true),
    ("", "anything", true), ("a*b*c", "aXbYbZc", true), ("x", "abc", false),
    ("main.(*T).*", "main.(*T).M", true),
  ]) func patterns(pattern: String, name: String, matches: Bool) {
    let bytes = Array(name.utf8)
    let found = NamePattern(pattern).matches(bytes.span)
    #expect(found == matches)
  }

  @Test func aHostilePatternEnds() {
    let name = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
    let pattern = NamePattern(String(repeating: "*a", count: 50) + "*b")
    let found = pattern.matches(name.span)
    #expect(!found)
  }

  @Test(arguments: [
    ("main.(*Server).dispatch", [3]), ("Server.dispatch", [3]), ("dispatch", [3]),
    ("main.Server.dispatch", [3]),
    ("erver.dispatch", []), ("server.go:100", [3]), ("app/view.go:31", [4]), ("view.go:30", []),
    ("0x49a910", [3]),
    ("0x1", []), ("collections.SortFunc", [7]), ("main.dispatchAlias", [3]), ("Do", [9]),
  ]) func queries(text: String, expected: [Int]) {
    let program = Sample.server()
    let query = NameQuery(text)
    #expect(query.matches(in: program) == expected)
    for index in expected { #expect(query.mayMean(program.functions[index], program.names)) }
  }

  @Test func aMisspeltNameIsCorrected() {
    let program = Sample.server()
    #expect(NameQuery("Server.dipsatch").suggestions(in: program) == ["main.(*Server).dispatch"])
    #expect(NameQuery("rendr").suggestions(in: program) == ["main.render"])
    #expect(NameQuery("zzzzzzzz").suggestions(in: program).isEmpty)
  }

  @Test func figures() {
    #expect(Figures.count(34_617) == "34,617")
    #expect(Figures.count(-1_000) == "-1,000")
    #expect(
      [0, 1023, 1024, 8504, 1_048_575, 1_073_741_848].map(Figures.bytes) == [
        "0 B", "1023 B", "1.0 KiB", "8.3 KiB", "1.0 MiB", "1.0 GiB",
      ])
    #expect(Figures.percentile(50, of: [1, 2, 3]) == 2)
    #expect(Figures.percentile(99, of: [1]) == 1)
  }

  @Test func widths() {
    #expect(TerminalText.width("漢字a") == 5)
    #expect(TerminalText.keepingEnd(of: "abcdef", width: 4) == "…def")
    #expect(TerminalText.safe([0x1b, 0xff, 0x41]) == "\\x1b\\xffA")
    #expect(TextPage.shortened("pkg.F[a.b/c.D[x]].func1", 16) == "pkg.F[…].func1")
  }

  @Test func stubsAreNoRows() {
    let program = Sample.server()
    let labels = Labels(program: program)
    #expect(
      program.functions.filter(labels.isStub).map { program.names.string($0.name) } == [
        "runtime.call1073741824"
      ])
  }

  @Test func shellWords() {
    #expect(ShellWord.quoted("main.f") == "main.f")
    #expect(ShellWord.quoted("it's") == "'it'\\''s'")
  }

  @Test(arguments: [
    ("main.(*T).M", "main"), ("net/http.(*conn).serve.func1", "net/http"), ("_start", nil), ("", nil),
    ("slices.Sort[example.com/x.T]", "slices"), ("type:.eq.main.Server", nil), ("go:struct { a/b.C }", nil),
    ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"), ("go.uber.org/zap.New", "go.uber.org/zap"),
    ("type..eq.[2]string", nil), (".dot", nil), ("F[a.b]", nil),
    ("vendor/golang.org/x/net/a.f", "vendor/golang.org/x/net/a"),
    // From here on as Debian's and Docker's binaries have them.
    (
      "github.com/docker/cli/vendor/gopkg.in/square/go-jose.v2/json.Marshal",
      "github.com/docker/cli/vendor/gopkg.in/square/go-jose.v2/json"
    ),
    ("crypto/internal/entropy/v1%2e0%2e0.SHA384", "crypto/internal/entropy/v1.0.0"),
    (
      "sync/atomic.(*Pointer[go.shape.struct { github.com/docker/cli/cli/config.x int }]).Load", "sync/atomic"
    ),
    ("github.com/docker/cli/cli/command.(*DockerCli).Initialize-fm", "github.com/docker/cli/cli/command"),
    ("github.com/caddyserver/caddy/v2.glob..func1", "github.com/caddyserver/caddy/v2"),
    ("go.etcd.io/etcd/clientv3.retryOption.google.golang.org/grpc.after", "go.etcd.io/etcd/clientv3"),
    ("net.addrPortUDPAddr.net/netip.isZero", "net"),
    ("html/template.Template.text/template.init", "html/template"),
    ("net._C2func_getaddrinfo", "net"), ("main._Cfunc_GoString", "main"), ("go.buildid", nil),
    ("_cgo_2ac87069779a_Cfunc_freeaddrinfo", nil), ("x_cgo_munmap.cold", nil), ("pad.part.0", nil),
    ("frexpl.localalias", nil), ("main.cold", "main"), ("example.com/a.cold", "example.com/a"),
    ("type:.eq.github.com/docker/cli/vendor/google.golang.org/grpc/resolver.Address", nil),
    ("go:(*struct { *github.com/docker/cli/vendor/k8s.io/x.T; io.Writer }).Write", nil),
    ("runtime.newproc-tramp0", nil), ("example.com/a.f+f0-tramp12", nil), ("main.f-tramp", "main"),
    ("a%2.f", "a%2"), ("a%zz.f", "a%zz"), ("a%.f", "a%"),
  ]) func packages(name: String, package: String?) {
    #expect(SymbolName(name).package == package)
  }

  @Test(arguments: [
    ("main.start.gowrap1", true), ("main.f.deferwrap12", true), ("main.T.M-fm", true), ("main.gowrap", false),
    ("main.f.func1", false), ("gowrap1", false), ("main.mygowrap1", false),
  ]) func wrappers(name: String, isWrapper: Bool) {
    #expect(SymbolName(name).isWrapper == isWrapper)
  }
}
