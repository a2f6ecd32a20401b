import ProgramModel
import TestSupport
import Testing

/// Names of cmd/go and cmd/compile, Go 1.21.13 to 1.27.3, and of programs with a module's path.
@Suite("Stable names") struct StableNameTests {
  @Test(arguments: [
    ("main.main", "main", "main"),
    ("net/http.(*Transport).dialConn.gowrap2", "net/http", "(*Transport).dialConn"),
    (
      "net/http.(*Transport).startDialConnForLocked.func1.deferwrap1", "net/http",
      "(*Transport).startDialConnForLocked"
    ),
    ("crypto/tls.(*clientHelloMsg).marshalMsg.func17.2.1", "crypto/tls", "(*clientHelloMsg).marshalMsg"),
    ("crypto/tls.(*SessionState).Bytes.marshalCertificate.func5.2.1", "crypto/tls", "(*SessionState).Bytes"),
    (
      "crypto/tls.(*certificateMsgTLS13).marshal.func1.marshalCertificate.1.2.1", "crypto/tls",
      "(*certificateMsgTLS13).marshal"
    ),
    (
      "net/http.(*persistConn).writeLoop.(*persistConn).waitForContinue.func1.deferwrap1", "net/http",
      "(*persistConn).writeLoop"
    ),
    ("main.run.(*T).M.func1", "main", "run"),
    (
      "cmd/go/internal/modload.readVendorList.func1-range1-range1", "cmd/go/internal/modload",
      "readVendorList"
    ),
    ("text/template.(*state).walkRange-range2", "text/template", "(*state).walkRange"),
    (
      "net/http/internal/http2.NetHTTPClientConn.Reserve.deferwrap1", "net/http/internal/http2",
      "NetHTTPClientConn.Reserve"
    ),
    (
      "cmd/compile/internal/walk.(*orderState).exprNoLHS-fm", "cmd/compile/internal/walk",
      "(*orderState).exprNoLHS"
    ),
    ("reflect.Value.SetBool-fm", "reflect", "Value.SetBool"),
    ("cmd/go/internal/modcmd.init.7", "cmd/go/internal/modcmd", "init.*"),
    ("crypto/sha3.init.0.func2", "crypto/sha3", "init.*"),
    ("main.init", "main", "init"),
    ("crypto/ecdh.init.func4", "crypto/ecdh", "init"),
    ("crypto/internal/fips140/ecdh.init.OnceFunc.func2", "crypto/internal/fips140/ecdh", "init"),
    ("net/http.glob..func1", "net/http", "init"),
    ("cmd/compile/internal/ssa.map.init.5", "cmd/compile/internal/ssa", "map.init.*"),
    ("cmd/compile/internal/syntax.(*parser).init.func1", "cmd/compile/internal/syntax", "(*parser).init"),
    (
      "internal/sync.(*HashTrieMap[go.shape.interface {},go.shape.interface {}]).init", "internal/sync",
      "(*HashTrieMap[*]).init"
    ),
    ("sync.OnceValue[go.shape.map[string]cmd/internal/objabi.PkgSpecial].func1.1", "sync", "OnceValue[*]"),
    ("reflect.rangeNum[go.shape.int8,go.shape.int64].func1", "reflect", "rangeNum[*]"),
    (
      #"cmd/internal/par.(*ErrCache[go.shape.struct { Path string; V string "json:\"]),omitempty\"" },go.shape.*uint8]).Do.func1"#,
      "cmd/internal/par", "(*ErrCache[*]).Do"
    ),
    (
      "crypto/internal/entropy/v1%2e0%2e0.(*source).Sample", "crypto/internal/entropy/v1.0.0",
      "(*source).Sample"
    ),
    ("gopkg.in/yaml%2ev3.(*parser).parse.func1", "gopkg.in/yaml.v3", "(*parser).parse"),
    ("example.com/a.b/c.F.func3", "example.com/a.b/c", "F"),
    (
      "github.com/docker/docker/api/types/mount.Dir.github.com/b/c.lock",
      "github.com/docker/docker/api/types/mount",
      "Dir.github.com/b/c.lock"
    ),
    ("main.(*T).github.com/b/c.lock-fm", "main", "(*T).github.com/b/c.lock"),
    ("main.(*T).func1", "main", "(*T).func1"),
    ("_.goready.func1", "", "_.goready"),
    ("type:.eq.[2]interface {}", "", "type:.eq.[2]interface {}"),
    ("cmpbody", "", "cmpbody"), ("pad.part.0", "", "pad.part.0"), ("", "", ""), ("main.", "main", ""),
    ("main..", "main", "."), ("main.F[", "main", "F[*"),
  ]) func outermost(name: String, package: String, function: String) {
    let found = SymbolName(name).outermost
    #expect(found.package == package)
    #expect(found.function == function)
  }

  @Test(arguments: [
    ("main.main", false), ("main.main.func1", true), ("main.main-range1", true), ("main.(*T).M-fm", false),
    ("main.init", false), ("main.init.0", true), ("main.init.func1", true), ("fmt.glob..func2", true),
    ("main.(*T).func1", false), ("main.F[go.shape.int]", false), ("main.F[main.T.func1]", false),
    ("main.F.gowrap1", true), ("go:struct{main.F.func1}", false), ("cmpbody", false),
    ("cmd/compile/internal/ssa.map.init.5", true),
  ]) func numbered(name: String, isNumbered: Bool) {
    #expect(SymbolName(name).isNumbered == isNumbered)
  }

  /// Whatever closures are called that stand in a function, all have its key.
  @Test func closuresBelongToTheirFunction() {
    var random = Seeded(state: 7)
    let functions = [
      "main.F", "main.(*T).M", "a.b/c.T.M", "main.(*T[a.b/c.U[int]]).M", "main.F[[]a.b/c.U,map[string]int]",
    ]
    for _ in 0..<2000 {
      let function = functions.randomElement(using: &random) ?? ""
      var name = function + [".func", ".gowrap", ".deferwrap", "-range"].randomElement(using: &random)! + "1"
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        name +=
          [".", ".func", "-range", ".deferwrap"].randomElement(using: &random)!
          + "\(Int.random(in: 1...99, using: &random))"
      }
      #expect(SymbolName(name).outermost == SymbolName(function).outermost, "\(name)")
      #expect(SymbolName(name).isNumbered)
    }
  }

  @Test(arguments: [
    ("a.F[go.shape.*uint8]", "a.F[...]"),
    ("a/b.c.(*T[go.shape.struct { a.x [2]int \"k:\\\"]\\\"\" }]).M.func1", "a/b.c.(*T[...]).M.func1"),
    ("a.F", "a.F"), ("main.(*T).M", "main.(*T).M"), ("a.F[int,map[string]int]", "a.F[...]"),
    ("a.b[31m", "a.b[31m"), ("a. - [ ] x", "a. - [ ] x"), ("a.[x]", "a.[x]"),
  ]) func typeArgumentsAreLeftOut(name: String, shown: String) {
    #expect(SymbolName(name).withoutTypeArguments == shown)
  }
}
