public import ProgramModel

/// The meaning of NAME in `fathom show NAME INPUT`: a whole name, the end of one, `file.go:88` or `0x49a900`.
public struct NameQuery: Sendable {
  /// The three kinds of what a user may type. `plain` is the name without `(`, `*` and `)`, so that
  /// `Server.dispatch` finds `(*Server).dispatch`.
  private enum Meaning: Sendable {
    case name(exact: [UInt8], plain: [UInt8])
    case place(file: [UInt8], line: Int32)
    case address(UInt64)
  }

  /// The text that the user typed.
  public let text: String
  private let meaning: Meaning

  /// Reads what the user typed.
  public init(_ text: String) {
    self.text = text
    let bytes = Array(text.utf8)
    if text.hasPrefix("0x"), let address = UInt64(text.dropFirst(2), radix: 16) {
      meaning = .address(address)
    } else if let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let line = Int32(text[text.index(after: colon)...])
    {
      meaning = .place(file: Array(text[..<colon].utf8), line: line)
    } else {
      meaning = .name(exact: bytes, plain: Self.plain(bytes, keepsArguments: true))
    }
  }

  /// Whether it is a file and a line.
  public var isPlace: Bool {
    if case .place = meaning { true } else { false }
  }

  /// The line or address within a function; nil for a name.
  public var place: StackMap.Place? {
    switch meaning {
    case .name: nil
    case .place(_, let line): .line(line)
    case .address(let address): .address(address)
    }
  }

  /// Whether a function may be meant. This can be asked before the whole program is known.
  public func mayMean(_ function: Function, _ names: NameTable) -> Bool {
    switch meaning {
    case .name(let exact, let plain):
      ([function.name] + function.aliases).contains { id in
        let name = names.bytes(of: id)
        return name.elementsEqual(exact) || Self.endsMatch(name, plain)
      }
    case .place(let file, let line):
      function.file.map { Self.isPath(names.bytes(of: $0), endingIn: file) } ?? false
        && (function.line ?? .max) <= line && line <= (function.endLine ?? .max)
    case .address(let address):
      function.entry <= address && address - function.entry < UInt64(max(function.size, 1))
    }
  }

  /// Returns the indices of the functions that are meant, in address order. A whole name wins over the end of
  /// one.
  public func matches(in program: Program) -> [Int] {
    let found = program.functions.indices.filter { mayMean(program.functions[$0], program.names) }
    switch meaning {
    case .address: return found
    case .name(let exact, _):
      let whole = found.filter { program.names.bytes(of: program.functions[$0].name).elementsEqual(exact) }
      return whole.isEmpty ? found : whole
    case .place:
      // The innermost functions count: of those whose code contains the line, the ones that begin last. The
      // wrapper for a `defer` or `go` statement begins there, too, but the author of the code did not write
      // it.
      let written = found.filter {
        !SymbolName.isWrapper(program.names.bytes(of: program.functions[$0].name).span)
      }
      let found = written.isEmpty ? found : written
      let last = found.compactMap { program.functions[$0].line }.max()
      return found.filter { program.functions[$0].line == last }
    }
  }

  /// Returns names that may have been meant when none matches, the best first.
  public func suggestions(in program: Program) -> [String] {
    guard case .name(_, let plain) = meaning else { return [] }
    let dots = plain.count { $0 == UInt8(ascii: ".") }
    var byTail: [String: String] = [:]
    for function in program.functions {
      let name = program.names.bytes(of: function.name)
      let tail = Self.tail(Self.plain(name, keepsArguments: false), dots: dots)
      let spelling = String(decoding: tail, as: UTF8.self)
      if byTail[spelling] == nil { byTail[spelling] = TerminalText.safe(name) }
    }
    let wanted = String(decoding: plain, as: UTF8.self)
    let near = Spelling.nearest(to: wanted, in: Array(byTail.keys)).compactMap { byTail[$0] }
    if !near.isEmpty { return near }
    let pattern = NamePattern(wanted)
    return program.functions.lazy.map { program.names.bytes(of: $0.name) }
      .filter { pattern.matches($0.span) }.prefix(5).map { TerminalText.safe($0) }
  }

  /// Returns a name as one types it: `main.Server.dispatch` for `main.(*Server).dispatch`.
  static func spelling(of name: ArraySlice<UInt8>) -> String {
    TerminalText.safe(plain(name, keepsArguments: true))
  }

  /// Returns a name without `(`, `*`, `)`, and without its type arguments unless they are kept.
  private static func plain(_ name: some Sequence<UInt8>, keepsArguments: Bool) -> [UInt8] {
    var out: [UInt8] = []
    var depth = 0
    for byte in name {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "*"), UInt8(ascii: ")"): continue
      case UInt8(ascii: "[") where !keepsArguments: depth += 1
      case UInt8(ascii: "]") where !keepsArguments: depth -= 1
      default: if depth == 0 { out.append(byte) }
      }
    }
    return out
  }

  /// Whether a name ends with what was typed, from the beginning of one of its elements on.
  private static func endsMatch(_ name: ArraySlice<UInt8>, _ plain: [UInt8]) -> Bool {
    let hasArguments = plain.contains(UInt8(ascii: "["))
    let own = Self.plain(name, keepsArguments: hasArguments)
    guard !plain.isEmpty, own.count >= plain.count, own.suffix(plain.count).elementsEqual(plain) else {
      return false
    }
    return own.count == plain.count || ".;/".utf8.contains(own[own.count - plain.count - 1])
  }

  /// Whether a path ends with a file, from the beginning of one of its elements on.
  private static func isPath(_ path: ArraySlice<UInt8>, endingIn file: [UInt8]) -> Bool {
    guard path.count >= file.count, path.suffix(file.count).elementsEqual(file) else { return false }
    return path.count == file.count || path[path.endIndex - file.count - 1] == UInt8(ascii: "/")
  }

  /// Returns the last elements of a name, as many as `dots` dots separate.
  private static func tail(_ name: [UInt8], dots: Int) -> ArraySlice<UInt8> {
    var left = dots
    for i in name.indices.reversed() where name[i] == UInt8(ascii: ".") || name[i] == UInt8(ascii: "/") {
      if left == 0 { return name[(i + 1)...] }
      left -= 1
    }
    return name[...]
  }
}
