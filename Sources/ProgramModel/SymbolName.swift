/// What a Go symbol's name says of its function. The linker's escapes (`%2e` for a dot in the last
/// path element, `cmd/internal/objabi/path.go` PathToPrefix) stay as they are.
public struct SymbolName: Hashable, Sendable {
  /// The whole name.
  public let text: String

  /// - Parameter text: the whole name, as in the symbol table.
  public init(_ text: String) { self.text = text }

  /// The import path (`net/http`, `main`), or nil for a name without one (`type:.eq.…`, `_start`).
  ///
  /// The path ends at the first dot behind the last slash that is outside brackets: type arguments
  /// (`F[go.shape.int]`, `slices.Sort[example.com/x.T]`) hold slashes and dots of their own.
  public var package: String? {
    if isCompilerMade { return nil }
    var slash = text.startIndex
    for i in text.utf8.indices {
      switch text.utf8[i] {
      case UInt8(ascii: "["), UInt8(ascii: "("): return cut(from: slash, limit: i)
      case UInt8(ascii: "/"): slash = i
      default: break
      }
    }
    return cut(from: slash, limit: text.endIndex)
  }

  private func cut(from slash: String.Index, limit: String.Index) -> String? {
    guard let dot = text.utf8[slash..<text.endIndex].firstIndex(of: UInt8(ascii: ".")) else { return nil }
    // In `main.(*T).M` the dot stands right before the bracket.
    guard dot < limit || limit == text.endIndex, dot > text.startIndex else { return nil }
    return String(text[..<dot])
  }

  /// Made by the compiler, for types rather than from source: `type:.eq.…`, `go:struct{…}`;
  /// up to Go 1.19 `type..eq.…`, `go.struct{…}`.
  public var isCompilerMade: Bool {
    ["type:", "type..", "go:", "go.struct", "go.interface", "go.(", "go.shape"].contains { text.hasPrefix($0) }
  }

  /// A wrapper that the compiler makes for a `go` or `defer` statement with arguments
  /// (`gowrap1`, `deferwrap2`; Go 1.22 and later), or for a method value (`-fm`).
  public var isWrapper: Bool {
    if text.hasSuffix("-fm") { return true }
    guard let last = text.split(separator: ".").last else { return false }
    return ["gowrap", "deferwrap"].contains { prefix in
      last.hasPrefix(prefix) && last.count > prefix.count && last.dropFirst(prefix.count).allSatisfy(\.isNumber)
    }
  }
}
