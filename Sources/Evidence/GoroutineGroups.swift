import CallGraph
public import ProgramModel

/// Goroutines that stand alike, and what their stacks take.
public struct GoroutineGroup: Sendable {
  /// One of them, a place in the traces' goroutines.
  public let example: Int
  /// How many they are.
  public internal(set) var count = 0
  /// How many different stacks they have: the same functions on other lines.
  public internal(set) var variants = 0
  /// The states of the goroutines, the most frequent first; nil for a `debug=1` profile, which does not print
  /// them.
  public internal(set) var states: [(state: NameID?, count: Int)] = []
  /// How long the one that waits longest has waited, in minutes.
  public internal(set) var longest: Int32 = 0
  /// How long the one that waits shortest has.
  public internal(set) var shortest: Int32 = .max
  /// The channel, lock or semaphore that most of them wait for, by its address, and how many do.
  public internal(set) var waitsFor: (address: UInt64, count: Int)?
  /// The frames of the deepest of them, those that were left out included.
  public internal(set) var depth = 0
  /// The function that stands on a stack most often, and how often.
  public internal(set) var repeated: (function: NameID, times: Int)?
  /// The bytes of stack that the deepest path takes; nil if neither a model nor fp − sp tells.
  public internal(set) var pathBytes: Int?
  /// The least size that the largest of their stacks can have, in bytes: its path's need, rounded up as
  /// stacks grow.
  public internal(set) var stackBytes = 0
  /// The least that all of their stacks take together, in bytes.
  public internal(set) var weight = 0

  init(example: Int) { self.example = example }

  /// Adds stacks of a size. What a dump counts may be more than a number holds: it is still at least that much.
  mutating func add(_ count: Int, of size: Int) {
    weight = weight.addingClamped(size.multipliedClamped(by: count))
  }
}

/// A dump's goroutines, in groups.
public struct GoroutineGroups: Sendable {
  /// The heaviest first.
  public private(set) var groups: [GoroutineGroup] = []
  /// How many goroutines there are.
  public private(set) var count = 0

  /// Their stacks' weight, in bytes.
  public var weight: Int { groups.reduce(0) { $0.addingClamped($1.weight) } }

  /// The key by which goroutines are grouped: their functions, with one iteration of a recursion, and their
  /// creator.
  struct Key: Hashable {
    var functions: [NameID]
    var creator: NameID?
  }

  /// The key by which a function is looked up.
  private struct Spelled: Hashable {
    var function: NameID
    var file: NameID?
  }

  /// A stack to the line. Most goroutines of a large dump stand as many others do: what is asked of a stack is asked once.
  private struct Stack: Hashable {
    var frames: [TraceFrame]
    var creator: NameID?

    static func == (a: Self, b: Self) -> Bool {
      guard a.creator == b.creator, a.frames.count == b.frames.count else { return false }
      for i in a.frames.indices
      where a.frames[i].function != b.frames[i].function || a.frames[i].line != b.frames[i].line {
        return false
      }
      return true
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(creator)
      for frame in frames {
        hasher.combine(UInt64(frame.function.index) << 32 | UInt64(UInt32(bitPattern: frame.line)))
      }
    }
  }

  /// - Parameters:
  ///   - traces: what the dump holds.
  ///   - program: the binary's model, or one without functions.
  ///   - index: its functions.
  public init(_ traces: Traces, in program: Program, index: TracedNames) {
    let rules = StackRules(program)
    let waiting = Set(Self.waiting.compactMap { traces.names.id(of: $0) })
    var places: [Key: Int] = [:]
    /// Of each stack its group, and where in `sizes` the bytes are that it takes.
    var stacks: [Stack: (place: Int, size: Int)] = [:]
    var sizes: [Int?] = []
    var states: [[NameID?: Int]] = []
    var waits: [[UInt64: Int]] = []
    var models: [Spelled: Int?] = [:]
    func model(_ frame: TraceFrame) -> Int? {
      let spelled = Spelled(function: frame.function, file: frame.file)
      if let known = models[spelled] { return known }
      let found = index.function(of: frame, in: traces)
      models[spelled] = found
      return found
    }
    func begin(_ stack: Stack, _ example: Int) -> (place: Int, size: Int) {
      let key = Key(functions: Self.folded(stack.frames.map(\.function)), creator: stack.creator)
      let place = places[key] ?? groups.count
      if place == groups.count {
        places[key] = place
        groups.append(GoroutineGroup(example: example))
        states.append([:])
        waits.append([:])
      }
      sizes.append(nil)
      stacks[stack] = (place, sizes.count - 1)
      return (place, sizes.count - 1)
    }
    for (i, goroutine) in traces.goroutines.enumerated()
    where !goroutine.isSystem && (!goroutine.frames.isEmpty || goroutine.isUnavailable) {
      let stack = Stack(frames: goroutine.frames, creator: goroutine.creator?.function)
      let (place, slot) = stacks[stack] ?? begin(stack, i)
      count += goroutine.count
      groups[place].count += goroutine.count
      states[place][goroutine.state, default: 0] += goroutine.count
      groups[place].longest = max(groups[place].longest, goroutine.minutes)
      groups[place].shortest = min(groups[place].shortest, goroutine.minutes)
      if let address = Self.waitsFor(goroutine, waiting) {
        waits[place][address, default: 0] += goroutine.count
      }
      if let known = sizes[slot], goroutine.elided == nil {
        groups[place].add(goroutine.count, of: known)
        continue
      }
      let path = Self.path(goroutine, program, model)
      let size = rules.size(of: path ?? [])
      sizes[slot] = size
      groups[place].variants += 1
      groups[place].add(goroutine.count, of: size)
      groups[place].stackBytes = max(groups[place].stackBytes, size)
      let depth = goroutine.frames.count + (goroutine.elided?.count ?? 0)
      guard depth > groups[place].depth else { continue }
      groups[place].depth = depth
      groups[place].pathBytes = path?.reduce(0) { $0 + $1.cost }
      groups[place].repeated = Self.repeated(goroutine)
    }
    for place in groups.indices {
      groups[place].states = states[place].sorted { a, b in
        (b.value, a.key?.index ?? 0) < (a.value, b.key?.index ?? 0)
      }.map { ($0.key, $0.value) }
      groups[place].waitsFor = waits[place].max { ($0.value, $1.key) < ($1.value, $0.key) }.map {
        ($0.key, $0.value)
      }
    }
    groups.sort { ($1.weight, $1.count, $0.example) < ($0.weight, $0.count, $1.example) }
  }

  /// The frames from the goroutine's entry inwards; nil where nothing says what they take.
  private static func path(
    _ goroutine: GoroutineTrace, _ program: Program, _ model: (TraceFrame) -> Int?
  ) -> [(cost: Int, frame: Int?)]? {
    var path: [(cost: Int, frame: Int?)] = []
    var isKnown = false
    for frame in goroutine.frames.reversed() where !frame.isInlined {
      if let place = model(frame) {
        let function = program.functions[place]
        let cost = program.callCost(of: function)
        // A function that died of asking for room did not get it.
        let hasRoom = frame.measured.map { $0 >= cost } ?? true
        let seen = function.frame.splitCheck == .none || !hasRoom ? nil : function.frame.bytes
        path.append((frame.measured ?? cost, seen))
        isKnown = true
      } else if let bytes = frame.measured {
        path.append((bytes, nil))
        isKnown = true
      }
    }
    // What lies between the ends of a stack is its, whether it was printed or not.
    if goroutine.elided != nil, let sp = goroutine.frames.first(where: { $0.sp != nil })?.sp,
      let fp = goroutine.frames.last(where: { $0.fp != nil })?.fp, fp > sp, fp - sp < StackFrame.limit
    {
      let rest = Int(fp - sp) - path.reduce(0) { $0 + $1.cost }
      if rest > 0 { path.insert((rest, 0), at: path.count / 2) }
    }
    return isKnown ? path : nil
  }

  /// Returns the address that the innermost waiting frame names: `runtime.chanrecv(0xc000…`,
  /// `sync.(*Mutex).Lock(0xc…`.
  private static func waitsFor(_ goroutine: GoroutineTrace, _ waiting: Set<NameID>) -> UInt64? {
    for frame in goroutine.frames.prefix(8) {
      if let address = frame.argument, waiting.contains(frame.function) { return address }
    }
    return nil
  }

  private static let waiting = [
    "runtime.chanrecv", "runtime.chansend", "runtime.semacquire1", "runtime.chanrecv1", "runtime.chanrecv2",
    "runtime.chansend1",
    "sync.runtime_SemacquireMutex", "internal/sync.runtime_SemacquireMutex", "sync.runtime_Semacquire",
    "sync.runtime_SemacquireRWMutexR", "sync.runtime_SemacquireRWMutex", "sync.runtime_SemacquireWaitGroup",
    "sync.runtime_notifyListWait", "sync.(*Mutex).Lock", "internal/sync.(*Mutex).Lock",
    "sync.(*RWMutex).RLock",
    "sync.(*RWMutex).Lock", "sync.(*WaitGroup).Wait", "sync.(*Cond).Wait",
  ]

  private static func repeated(_ goroutine: GoroutineTrace) -> (function: NameID, times: Int)? {
    var times: [NameID: Int] = [:]
    for frame in goroutine.frames { times[frame.function, default: 0] += 1 }
    guard let most = times.max(by: { ($0.value, $1.key.index) < ($1.value, $0.key.index) }), most.value > 1
    else {
      return nil
    }
    // Of what was left out the same share is its.
    let elided = goroutine.elided?.count ?? 0
    return (most.key, most.value + elided * most.value / max(1, goroutine.frames.count))
  }

  /// Functions with each recursion's turns as one: stacks that differ in depth alone are alike.
  static func folded(_ functions: [NameID]) -> [NameID] {
    var out: [NameID] = []
    for function in functions {
      out.append(function)
      for length in 1...8 where out.count >= 2 * length {
        if out.suffix(length).elementsEqual(out.dropLast(length).suffix(length)) {
          out.removeLast(length)
          break
        }
      }
    }
    return out
  }
}

extension GoroutineGroups {
  /// The functions of a goroutine's stack, innermost first, with each recursion's turns as one.
  public static func kind(_ goroutine: GoroutineTrace) -> [NameID] {
    folded(goroutine.frames.map(\.function))
  }
}

extension Traces {
  /// Whether a frame says what its goroutine is about: it is neither the runtime's nor that of a lock.
  public func isOfUse(_ frame: TraceFrame) -> Bool {
    let name = names.bytes(of: frame.function)
    return !["runtime.", "sync.", "internal/sync.", "internal/poll.", "syscall.", "panic"].contains {
      name.starts(with: $0.utf8)
    }
  }
}
