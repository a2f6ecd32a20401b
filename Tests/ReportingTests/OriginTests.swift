import ProgramModel
import Testing

@Suite("Whose code it is") struct OriginTests {
  private func program(own: [String], modulePath: String? = nil, modules: [(String, String?)] = []) -> Program
  {
    Program(
      header: Program.Header(
        input: "app", inputKind: .binary, arch: .amd64, modulePath: modulePath,
        ownFrom: own.isEmpty ? nil : .mod,
        ownPrefixes: own, modules: ModuleList(modules.map { .init(path: $0.0, version: $0.1) }),
        disassembler: .go),
      names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
  }

  /// Most names are from Debian's docker, gh, caddy, podman, kubectl and etcdctl, and from Go's go.
  @Test(arguments: [
    ("github.com/docker/cli", "main.main", Origin.own),
    ("github.com/docker/cli", "github.com/docker/cli/cli/command.(*DockerCli).Initialize", .own),
    (
      "github.com/docker/cli", "github.com/docker/cli/vendor/github.com/spf13/cobra.(*Command).execute",
      .dependency
    ),
    ("github.com/docker/cli", "github.com/docker/docker/client.(*Client).Ping", .dependency),
    ("github.com/docker/cli", "github.com/docker/cli-docs-tool.New", .dependency),
    ("github.com/docker/cli", "gopkg.in/yaml%2ev2.Unmarshal", .dependency),
    ("github.com/docker/cli", "type:.eq.github.com/docker/cli/cli/command.cliReader", .compiler),
    ("github.com/docker/cli", "vendor/golang.org/x/net/http2/hpack.(*Decoder).Write", .std),
    ("github.com/docker/cli", "internal/runtime/maps.(*Map).growToTable", .runtime),
    ("github.com/docker/cli", "x_cgo_munmap.cold", .c), ("github.com/docker/cli", "debugCall32", .c),
    ("github.com/cli/cli/v2", "github.com/cli/cli/v2/pkg/cmd/root.NewCmdRoot", .own),
    ("github.com/cli/cli/v2", "github.com/cli/go-gh/pkg/api.HandleHTTPError", .dependency),
    ("github.com/caddyserver/caddy/v2", "github.com/caddyserver/certmagic.(*Config).manageOne", .dependency),
    (
      "github.com/caddyserver/caddy/v2",
      "github.com/caddyserver/caddy/v2/vendor/github.com/google/cel-go/cel.x",
      .dependency
    ),
    ("github.com/containers/podman", "github.com/containers/podman/pkg/k8s.io/api/core/v1.init", .own),
    ("k8s.io/kubernetes", "k8s.io/kubernetes/vendor/k8s.io/kubectl/pkg/cmd.NewKubectlCommand", .dependency),
    ("go.etcd.io/etcd", "go.etcd.io/etcd/clientv3.retryOption.google.golang.org/grpc.after", .own),
    ("go.etcd.io/etcd", "go.etcd.io/bbolt.Open", .dependency),
    ("cmd/go", "cmd/go/internal/work.(*Builder).Do", .own), ("cmd/go", "cmd/internal/buildid.ReadFile", .std),
    ("cmd/go", "cmd/vendor/golang.org/x/mod/modfile.Parse", .dependency),
    ("cmd/go", "crypto/internal/entropy/v1%2e0%2e0.SHA384", .std), ("cmd/go", "go.buildid", .compiler),
    ("example.com/app", "example.com/app_test.TestF", .own),
    ("example.com/app", "example.com/application.F", .dependency),
    ("example.com/app", "command-line-arguments_test.TestF", .own), ("example.com/app", "mylib.F", .unknown),
    ("example%2ecom", "example%2ecom.F", .dependency), ("example.com", "example%2ecom.F", .own),
    ("example.com/app", "example.com/app.run-tramp0", .compiler),
    ("", "runtime.duffzero+f0-tramp2", .compiler),
    ("", "main.main", .own), ("", "github.com/docker/cli/cli.Run", .dependency), ("", "cmd/link.F", .unknown),
    // What `--module` names is own, wherever it lies.
    (
      "github.com/docker/cli/vendor/github.com/spf13/cobra",
      "github.com/docker/cli/vendor/github.com/spf13/cobra.(*Command).execute", .own
    ),
    ("net/http/", "net/http/httputil.NewChunkedReader", .own), ("net/http/", "net/http.Get", .own),
    ("runtime", "runtime.mallocgc", .own),
  ]) func origins(own: String, name: String, origin: Origin) {
    #expect(program(own: own.isEmpty ? [] : [own]).origin(ofName: SymbolName(name)) == origin)
  }

  /// Assembly whose functions have no package in their names, in the folders of Bazel, of vendored code, of a module that
  /// lies below another `src`, and of Go.
  @Test(arguments: [
    (
      "external/com_github_golang_snappy/encode_amd64.s", "github.com/golang/snappy" as String?,
      Origin.dependency
    ),
    (
      "/build/app/vendor/github.com/klauspost/compress/s2/x.s", "github.com/klauspost/compress/s2",
      .dependency
    ),
    ("/home/me/src/internal/fast/sum_amd64.s", "example.com/app/fast", .own),
    ("/usr/lib/go/src/internal/bytealg/compare_amd64.s", "internal/bytealg", .runtime),
    ("crypto/md5/md5block.s", "crypto/md5", .std), ("/home/me/alone/sum.s", nil, .unknown),
  ]) func folders(file: String, package: String?, origin: Origin) {
    var program = program(own: ["example.com/app"])
    func add(_ name: String, _ file: String) {
      var function = Function(
        entry: UInt64(program.functions.count), name: program.names.intern(name), size: 1, frame: StackFrame()
      )
      function.file = program.names.intern(file)
      program.functions.append(function)
    }
    add("body", file)
    if let package {
      let folder = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
      // A name that the linker was told to use, and two of the package's own.
      add("sync.linked", "\(folder)/go.go")
      add("\(package).A", "\(folder)/go.go")
      add("\(package).B", "\(folder)/other.go")
    }
    program.findPackagesOfFolders()
    #expect(program.origin(of: program.functions[0]) == origin)
    #expect(program.package(ofFolderOf: file) == package)
  }

  @Test(arguments: [
    ("main", 0), ("example.com/app", 0), ("example.com/app/lib", 0), ("example.com/app_test", 0),
    ("example.com/application", nil), ("github.com/a/b", 1), ("github.com/a/b/v2", 2),
    ("github.com/a/b/v2/x", 2),
    ("example.com/app/vendor/github.com/a/b/x", 1), ("gopkg.in/yaml.v3", 3), ("mylib/x", 4),
    ("net/http", nil), ("vendor/golang.org/x/net/idna", nil), ("golang.org/x/net/idna", nil),
    ("runtime", nil),
  ]) func modules(package: String, place: Int?) {
    let program = program(
      own: ["example.com/app"], modulePath: "example.com/app",
      modules: [
        ("example.com/app", nil), ("github.com/a/b", "v1.2.0"), ("github.com/a/b/v2", "v2.0.1"),
        ("gopkg.in/yaml.v3", "v3.0.1"), ("mylib", nil),
      ])
    let origin = program.origin(ofPackage: package)
    #expect(program.module(ofPackage: package, origin) == place)
    if place ?? 0 > 0 { #expect(origin == .dependency) }
  }
}
