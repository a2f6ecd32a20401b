import ProgramModel

/// Chains of calls in which no function looks whether there is room: the linker bounds them, and this counts as the
/// linker does (`cmd/link/internal/ld/stackcheck.go`).
///
/// A function without a split check and a call of `morestack` is one of them. A tail jump counts as a call, a call through a pointer
/// as one of a function that looks, and `systemstack` as any other. What is no Go code counts nothing.
public struct NosplitChains: Sendable {
  /// A function of a chain.
  public struct Step: Hashable, Sendable {
    /// Its place in the program.
    public var function: Int
    /// What is used, from the chain's first frame, where it calls on or, at the end, at its deepest.
    public var used: Int
  }

  /// What the chain ends in.
  public enum End: String, Sendable {
    /// The last function's own frame.
    case leaf
    /// The call of `morestack` of a function that looks.
    case splittable
    /// A call through a pointer.
    case indirectCall
  }

  /// The limit that the linker enforces, in bytes.
  public internal(set) var limit = 0
  /// What the longest chain takes; nil where there is no function.
  public internal(set) var longest: Int?
  /// Calls left out because a chain would go in a circle by them. The linker refuses such a program: what looks like
  /// one is data in the midst of code (`crypto/internal/boring/sig.StandardCrypto`).
  public internal(set) var circles = 0
  /// What is left of the limit.
  public var slack: Int? { longest.map { limit - $0 } }
  /// The longest chain.
  public internal(set) var chain: [Step] = []
  /// What it ends in.
  public internal(set) var end = End.leaf

  init() {}

  init(_ program: Program, _ roles: [RuntimeRole], _ rules: StackRules) {
    var search = Search(program, roles, push: rules.callPush)
    search.run()
    self = search.result
    limit = rules.nosplitLimit
  }

  /// Heights from the bottom up, with a stack of its own.
  private struct Search {
    private let program: Program
    private let push: Int
    /// How much a function and what it calls can take without looking; ``unknown``, ``open``.
    private var heights: [Int]
    /// What the height is reached by: the function called next, or -1.
    private var next: [Int32]
    private var ends: [End]
    /// How much is used where the next one is called.
    private var usedAtCall: [Int]
    private let isSplit: [Bool]
    private let functionOfCall: (CallSite) -> Int?
    private let roles: [RuntimeRole]
    private var circles = 0

    private static let unknown = -1
    private static let open = -2

    init(_ program: Program, _ roles: [RuntimeRole], push: Int) {
      self.program = program
      self.push = push
      self.roles = roles
      let count = program.functions.count
      heights = Array(repeating: Self.unknown, count: count)
      next = Array(repeating: -1, count: count)
      ends = Array(repeating: .leaf, count: count)
      usedAtCall = Array(repeating: 0, count: count)
      // Of each name whether it is morestack's; nil is not asked yet.
      var isMorestack = [Bool?](repeating: nil, count: program.names.count)
      isSplit = (0..<count).map { i in
        program.functions[i].frame.splitCheck != .none
          || program.functions[i].calls.contains { call in
            let name = Int(call.target.index)
            if let known = isMorestack[name] { return known }
            let found = RuntimeRole(program.names.bytes(of: call.target)) == .morestack
            isMorestack[name] = found
            return found
          }
      }
      functionOfCall = { $0.targetEntry.flatMap { program.index(ofEntry: $0) } }
    }

    mutating func run() {
      for root in heights.indices where heights[root] == Self.unknown { settle(root) }
    }

    private mutating func settle(_ root: Int) {
      var path: [(function: Int, callees: [(used: Int, target: Int)], done: Int)] = []
      enter(root, &path)
      while let (function, callees, done) = path.last {
        guard done < callees.count else {
          if heights[function] == Self.open { heights[function] = usedAtCall[function] }
          path.removeLast()
          if let caller = path.last {
            take(caller.callees[caller.done].used, function, of: caller.function)
            path[path.count - 1].done += 1
          }
          continue
        }
        let target = callees[done].target
        switch heights[target] {
        case Self.unknown: enter(target, &path)
        case Self.open:
          circles += 1
          path[path.count - 1].done += 1
        default:
          take(callees[done].used, target, of: function)
          path[path.count - 1].done += 1
        }
      }
    }

    /// Takes a way on where it is the highest so far. While a function is open, `usedAtCall` holds its height.
    private mutating func take(_ used: Int, _ target: Int, of function: Int) {
      let height = used + heights[target]
      guard height > usedAtCall[function] else { return }
      (usedAtCall[function], next[function], ends[function]) = (height, Int32(target), .leaf)
    }

    private mutating func enter(
      _ i: Int, _ path: inout [(function: Int, callees: [(used: Int, target: Int)], done: Int)]
    ) {
      let function = program.functions[i]
      heights[i] = Self.open
      if function.frame.uncertain == .foreign || roles[i] == .morestack && isMorestackItself(function) {
        usedAtCall[i] = 0
        return path.append((i, [], 0))
      }
      if isSplit[i] {
        (usedAtCall[i], ends[i]) = (push, .splittable)
        return path.append((i, [], 0))
      }
      let frame = function.frame.bytes
      usedAtCall[i] = frame
      if !function.indirectCalls.isEmpty { (usedAtCall[i], ends[i]) = (frame + 2 * push, .indirectCall) }
      // A jump stands where the frame is given back.
      let callees = function.calls.compactMap { call in
        functionOfCall(call).map { (used: (call.kind == .tail ? 0 : frame) + push, target: $0) }
      }
      path.append((i, callees, 0))
    }

    /// `morestack_noctxt` and the like jump to it.
    private func isMorestackItself(_ function: Function) -> Bool {
      var name = program.names.bytes(of: function.name)
      if name.suffix(5).elementsEqual(".abi0".utf8) { name = name.dropLast(5) }
      return name.elementsEqual("runtime.morestack".utf8)
    }

    var result: NosplitChains {
      var result = NosplitChains()
      guard
        let first = heights.indices.max(by: { (heights[$0], $1) < (heights[$1], $0) }),
        heights[first] != Self.unknown
      else { return result }
      result.longest = heights[first]
      result.circles = circles
      var at = first
      while next[at] >= 0 {
        result.chain.append(Step(function: at, used: heights[first] - heights[Int(next[at])]))
        at = Int(next[at])
      }
      result.chain.append(Step(function: at, used: heights[first]))
      result.end = ends[at]
      return result
    }
  }
}
