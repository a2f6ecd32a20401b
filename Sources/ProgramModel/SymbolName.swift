/// A Go symbol's name, and the facts about its function that the name tells.
public struct SymbolName: Hashable, Sendable {
  /// The whole name, as in the symbol table.
  public let text: String

  /// Creates a name.
  ///
  /// - Parameter text: the whole name, as in the symbol table.
  public init(_ text: String) { self.text = text }

  /// The import path (`net/http`, `main`); nil for a name without one (`type:.eq.…`, `_start`).
  ///
  /// The path ends at the first dot after the last slash outside of brackets: type arguments
  /// (`F[go.shape.int]`, `slices.Sort[example.com/x.T]`) contain slashes and dots of their own. The linker's
  /// escapes are undone: the package of `gopkg.in/yaml%2ev3.Marshal` is `gopkg.in/yaml.v3`.
  public var package: String? {
    let bytes = Array(text.utf8)
    return Self.packageEnd(in: bytes.span).map {
      String(decoding: Self.importPath(bytes[..<$0]), as: UTF8.self)
    }
  }

  /// Whether the toolchain made the function, rather than source: for a type (`type:.eq.…`, `go:struct{…}`; up to
  /// Go 1.19 `type..eq.…`, `go.struct{…}`), or as a trampoline (`runtime.newproc-tramp0`).
  public var isCompilerMade: Bool {
    let bytes = Array(text.utf8)
    return Self.isCompilerMade(bytes.span)
  }

  /// Whether the function is a wrapper that the compiler made for a `go` or `defer` statement with arguments
  /// (`gowrap1`, `deferwrap2`; Go 1.22 and later), or for a method value (`-fm`).
  public var isWrapper: Bool {
    let bytes = Array(text.utf8)
    return Self.isWrapper(bytes.span)
  }
}
