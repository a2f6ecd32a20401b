public import ProgramModel

/// A user's rules for open calls: one `caller -> callee[, callee]` per line, with globs on either side.
///
/// Every open call and every open defer in a function that `caller` matches leads to all functions that the
/// callees match. For example, `main.dispatch -> main.on*, main.stop`.
public struct EdgeRules: Hashable, Sendable {
  /// A line that is not a valid rule, or that names a function which does not exist.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as the user named it.
    public var file: String
    /// The line's number, from 1.
    public var line: Int
    /// The error, and how to mend it.
    public var reason: String

    /// A message such as `edges.txt:3: no function is named main.f`.
    public var description: String { "\(file):\(line): \(reason)" }
  }

  /// The longest line, in bytes. Nobody writes a longer rule by hand.
  private static let limit = 1 << 16
  /// The most edges that the rules may add. A large program has fewer calls of its own, so more of them would
  /// tell nothing.
  private static let edgeLimit = 10_000_000

  private var calleesOfFunction: [Int32: [CallGraph.Node]] = [:]
  /// The numbers, from 1, of the lines whose callers have no open call or defer.
  public private(set) var idle: [Int] = []

  /// Creates an empty set of rules.
  public init() {}

  /// Whether there are no rules.
  public var isEmpty: Bool { calleesOfFunction.isEmpty }

  /// Returns the functions that the open calls of a function lead to, in ascending order; empty where no rule
  /// says.
  func callees(of function: Int) -> [CallGraph.Node] {
    calleesOfFunction.isEmpty ? [] : calleesOfFunction[Int32(function)] ?? []
  }

  /// Reads rules, and looks up the functions that they name.
  ///
  /// - Parameters:
  ///   - text: the lines; empty lines and those that begin with # are ignored.
  ///   - file: the name of the file in messages.
  ///   - program: the program whose functions the rules name.
  /// - Throws: ``Problem`` for the first line that is not a valid rule, or names no function of the program,
  ///   or makes too many edges.
  public init(_ text: [UInt8], file: String, program: Program) throws(Problem) {
    var index: [ArraySlice<UInt8>: [Int32]] = [:]
    for (i, function) in program.functions.enumerated() {
      for name in [function.name] + function.aliases {
        index[program.names.bytes(of: name), default: []].append(Int32(i))
      }
    }
    var edges = 0
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let line = Self.trimmed(line)
      guard !line.isEmpty, line.first != UInt8(ascii: "#") else { continue }
      func problem(_ reason: String) -> Problem { Problem(file: file, line: number + 1, reason: reason) }
      guard line.count <= Self.limit else { throw problem("a line of \(line.count) bytes; write several") }
      guard let arrow = line.firstRange(of: Array("->".utf8)) else {
        throw problem("no «->»: a rule is «caller -> callee, callee»")
      }
      let caller = Self.trimmed(line[..<arrow.lowerBound])
      let callees = Self.parts(line[arrow.upperBound...]).map(Self.trimmed)
      guard !caller.isEmpty else { throw problem("nothing stands before «->»") }
      guard callees.allSatisfy({ !$0.isEmpty }) else { throw problem("a callee's name is empty") }
      var found: Set<Int32> = []
      for callee in callees {
        let functions = Self.functions(callee, program, index)
        guard !functions.isEmpty else { throw problem("no function is named «\(Self.shown(callee))»") }
        found.formUnion(functions)
      }
      let callers = Self.functions(caller, program, index)
      guard !callers.isEmpty else { throw problem("no function is named «\(Self.shown(caller))»") }
      let open = callers.filter { Self.hasOpenCall(program.functions[Int($0)]) }
      if open.isEmpty { idle.append(number + 1) }
      for function in open where edges <= Self.edgeLimit {
        edges = edges.addingClamped(
          found.count.multipliedClamped(by: Self.openCalls(program.functions[Int(function)])))
      }
      guard edges <= Self.edgeLimit else {
        throw problem("the rules make \(edges) edges; name fewer functions")
      }
      // All callers of one rule share one array.
      let all = found.sorted()
      for function in open {
        calleesOfFunction[function] = calleesOfFunction[function].map { Set($0).union(found).sorted() } ?? all
      }
    }
  }

  private static func hasOpenCall(_ function: Function) -> Bool { openCalls(function) > 0 }

  /// Returns how many open edges the rules replace in a function: one for all open calls together, and one
  /// for each open defer.
  private static func openCalls(_ function: Function) -> Int {
    (function.indirectCalls.contains { $0.target == nil && $0.targetEntry == nil } ? 1 : 0)
      + function.deferSites.count { $0.target == nil && $0.targetEntry == nil }
  }

  /// Returns the functions that a whole name or a glob matches.
  private static func functions(
    _ name: ArraySlice<UInt8>, _ program: Program, _ index: [ArraySlice<UInt8>: [Int32]]
  ) -> [Int32] {
    if let whole = index[name] { return whole }
    guard name.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }) else { return [] }
    let pattern = NamePattern(String(decoding: name, as: UTF8.self))
    return program.functions.indices.filter {
      pattern.matches(program.names.bytes(of: program.functions[$0].name).span)
    }
    .map { Int32($0) }
  }

  /// Cuts a line at the commas outside of brackets: type arguments contain commas of their own.
  private static func parts(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var depth = 0
    for i in line.indices {
      switch line[i] {
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth <= 0:
        parts.append(line[start..<i])
        start = i + 1
      default: break
      }
    }
    return parts + [line[start...]]
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    let end = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? bytes.startIndex
    return bytes[..<end].drop(while: isBlank)
  }

  /// Returns the first 200 bytes as printable text: `?` replaces control characters and bytes outside of
  /// ASCII.
  private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix(200).map { 0x20..<0x7f ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
