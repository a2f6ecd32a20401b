import ProgramModel

/// Chains of calls in which no function has a split check. The linker bounds their stack, and this counts it
/// as the linker does (`cmd/link/internal/ld/stackcheck.go`).
///
/// A function belongs to a chain if it has neither a split check nor a call of `morestack`. A tail jump
/// counts as a call, a call through a pointer counts as a call of a function with a split check, and
/// `systemstack` counts like any other function. A function that is not Go code counts 0 bytes.
public struct NosplitChains: Sendable {
  /// One function of a chain.
  public struct Step: Hashable, Sendable {
    /// Its index in `program.functions`.
    public var function: Int
    /// The bytes in use, from the chain's first frame on, where this function calls the next one. For the
    /// last function, the bytes in use at its deepest point.
    public var used: Int
  }

  /// How a chain ends.
  public enum End: String, Sendable {
    /// With the last function's own frame.
    case leaf
    /// With the call of `morestack` in a function that has a split check.
    case splittable
    /// With a call through a pointer.
    case indirectCall
  }

  /// The most that the linker lets a chain take, in bytes.
  public internal(set) var limit = 0
  /// The bytes that the longest chain takes; nil where the program has no function.
  public internal(set) var longest: Int?
  /// The number of calls left out because they would close a circle of functions without a split check. The
  /// linker refuses a program with such a circle, so the call that seems to close one is data inside of
  /// code (`crypto/internal/boring/sig.StandardCrypto`).
  public internal(set) var circles = 0
  /// The bytes that the longest chain leaves of the limit; negative where it exceeds the limit.
  public var slack: Int? { longest.map { limit - $0 } }
  /// The functions of the longest chain, from the first caller down.
  public internal(set) var chain: [Step] = []
  /// How the longest chain ends.
  public internal(set) var end = End.leaf

  init() {}

  init(_ program: Program, _ roles: [RuntimeRole], _ rules: StackRules) {
    var search = Search(program, roles, push: rules.callPush)
    search.run()
    self = search.result
    limit = rules.nosplitLimit
  }

  /// A depth-first search with an explicit stack. It computes the height of each function after those of its
  /// callees.
  private struct Search {
    private let program: Program
    private let push: Int
    /// By function: the bytes that it and the functions that it calls can take without a split check;
    /// ``unknown`` before the search enters it, ``open`` while the search is in it.
    private var heights: [Int]
    /// By function: the callee with which the height is reached, or -1.
    private var next: [Int32]
    private var ends: [End]
    /// By function: the bytes in use where the callee in `next` is called.
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
      // By name: whether it is `morestack`'s; nil until it is first asked for.
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

    /// Takes a callee for the function's height where that gives the greatest height so far. While a function
    /// is open, `usedAtCall` holds its height.
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
      // A tail jump happens after the frame is released.
      let callees = function.calls.compactMap { call in
        functionOfCall(call).map { (used: (call.kind == .tail ? 0 : frame) + push, target: $0) }
      }
      path.append((i, callees, 0))
    }

    /// Whether a function is `runtime.morestack` itself, to which `morestack_noctxt` and the like jump.
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
