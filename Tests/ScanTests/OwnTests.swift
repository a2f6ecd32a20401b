import GoBinary
import ProgramModel
import Testing

@testable import Scan

@Suite("What the build info settles") struct OwnTests {
  private func info(_ text: String) -> BuildInfo { BuildInfo(goVersion: "go1.27.3", text: text) }

  /// The first eight are of Debian's, Docker's and Go's own binaries.
  @Test(arguments: [
    ("github.com/docker/cli/cmd/docker", "github.com/docker/cli"),
    ("github.com/cli/cli/v2/cmd/gh", "github.com/cli/cli/v2"),
    ("github.com/junegunn/fzf", "github.com/junegunn/fzf"),
    ("k8s.io/kubernetes/cmd/kubectl", "k8s.io/kubernetes"),
    ("go.etcd.io/etcd", "go.etcd.io/etcd"), ("go.etcd.io/etcd/etcdctl", "go.etcd.io/etcd"),
    ("cmd/go", "cmd/go"), ("cmd/compile", "cmd/compile"), ("net/http.test", "net/http"),
    ("github.com/owner/repo/tools/cmd/x", "github.com/owner/repo"),
    ("github.com/owner/cmd", "github.com/owner/cmd"),
    ("github.com/owner/repo/v2", "github.com/owner/repo/v2"),
    ("github.com/owner/repo/v2.test", "github.com/owner/repo/v2"),
    ("github.com/owner/repo/vault", "github.com/owner/repo"),
    ("gitlab.com/group/subgroup/repo/cmd/x", "gitlab.com/group/subgroup/repo"),
    ("git.sr.ht/~owner/repo/x", "git.sr.ht/~owner/repo"),
    ("gopkg.in/name.v1", "gopkg.in/name.v1"), ("gopkg.in/owner/name.v1/x", "gopkg.in/owner/name.v1"),
    ("rsc.io/quote", "rsc.io/quote"), ("rsc.io/quote/v3/buggy", "rsc.io/quote/v3"),
    ("upspin.io/cmd/upspin", "upspin.io"),
    ("golang.org/x/tools/gopls", "golang.org/x/tools"), ("mvdan.cc/sh/v3/cmd/shfmt", "mvdan.cc/sh/v3"),
    ("company/app/cmd/x", "company/app"), ("company/app", "company/app"), ("example.com", "example.com"),
  ]) func paths(path: String, root: String) {
    let own = Own(info("path\t\(path)\n"))
    #expect(own?.prefixes == [root])
    #expect(own?.from == .path)
  }

  @Test(arguments: ["path\tcommand-line-arguments\n", "path\tcommand-line-arguments.test\n", "path\t\n", ""])
  func nothingSettles(text: String) {
    #expect(Own(info(text)) == nil)
    #expect(Own(nil) == nil)
  }

  /// `go build ./cmd/tool`, then `go build cmd/tool/main.go`.
  @Test(arguments: [
    "path\texample.com/app/cmd/tool\nmod\texample.com/app\t(devel)\t\n",
    "path\tcommand-line-arguments\ndep\texample.com/app\t(devel)\t\n",
  ]) func modules(head: String) {
    let info = info(
      head + "dep\tmylib\tv0.0.0\n=>\t../mylib\t(devel)\t\n"
        + "dep\tgithub.com/a/b\tv1.2.0\th1:x=\n"
        + "dep\tgithub.com/c/d\tv1.0.0\n=>\tgithub.com/e/f\tv1.1.0\th1:y=\n"
    )
    #expect(Own(info)?.prefixes == ["example.com/app"])
    #expect(Own(info)?.from == .mod)
    #expect(
      ModuleList(info).all == [
        .init(path: "example.com/app", version: nil), .init(path: "mylib", version: nil),
        .init(path: "github.com/a/b", version: "v1.2.0"), .init(path: "github.com/c/d", version: "v1.1.0"),
      ])
  }
}
