import ByteText
public import ProgramModel

/// The return addresses among the words of a stack, and the chain of calls that they make.
///
/// Whatever stands right behind a call may be one; what calls left behind and no longer count looks alike. A chain is
/// told from that by the frames: how far SP stands below a function's entry at the call says where the return address of
/// the function itself is.
public struct RawStack: Sendable {
  /// A word that is the address behind a call.
  public struct Candidate: Sendable {
    /// Where it stands.
    public var address: UInt64
    /// The address, as the program ran: the loader's slide is in it.
    public var value: UInt64
    /// The function that called: a place in the program's functions.
    public var function: Int
    /// The call; nil where `runtime.goexit` begins, which nothing calls.
    public var call: UInt64?
    /// The function that it called; nil if the callee was in a register or in memory.
    public var callee: NameID?
    /// The source line of the call, in the first of ``inlined`` where there are any.
    public var location: SourceLocation?
    /// The functions that were inlined there, innermost first: calls without a frame of their own.
    public var inlined: [InlinedCall] = []
    /// The candidate that holds the return address of ``function``, by its frame.
    public var next: Int?
    /// The return address of ``function`` stands behind the last word, or it has none.
    var isLast = false
    /// How far SP stands below the function's entry at the call; nil where no walk comes there.
    var depth: Int?
  }

  /// By rising address.
  public private(set) var candidates: [Candidate] = []
  /// The likeliest chain by the frames, from the innermost call on: places in ``candidates``.
  public private(set) var chain: [Int] = []
  /// The likeliest one that saved frame pointers make: places in ``candidates``.
  public private(set) var framePointerChain: [Int] = []
  /// How many words were looked at.
  public private(set) var words = 0

  /// - Parameters:
  ///   - memory: the words.
  ///   - program: the model.
  ///   - listings: the instructions of the functions that ``StackValues`` may return into, by entry.
  ///   - slide: how far the loader moved the program, in bytes.
  public init(
    _ memory: StackWords, in program: Program, listings: [UInt64: [ListedInstruction]], slide: UInt64
  ) {
    let width = program.header.arch.word
    var values: [UInt64: UInt64] = [:]
    var returns: [Int: Returns] = [:]
    for (address, value) in Self.words(memory, width) {
      words += 1
      values[address] = value
      guard var candidate = Self.candidate(value &- slide, program, listings, &returns) else { continue }
      candidate.address = address
      candidate.value = value
      candidates.append(candidate)
    }
    candidates.sort { $0.address < $1.address }
    var places: [UInt64: Int] = [:]
    for (i, candidate) in candidates.enumerated() { places[candidate.address] = i }
    let end = values.keys.max() ?? 0
    link(places, end, program)
    chain = likeliest { (candidates[$0].next, candidates[$0].isLast) }
    framePointerChain = followed(values, places, end, UInt64(width))
  }

  static func words(_ memory: StackWords, _ width: Int) -> [(address: UInt64, value: UInt64)] {
    var all: [(UInt64, UInt64)] = []
    for piece in memory.pieces {
      let first = Int((UInt64(width) &- piece.address % UInt64(width)) % UInt64(width))
      for at in stride(from: first, through: piece.bytes.count - width, by: width) {
        var value: UInt64 = 0
        for k in 0..<width { value |= UInt64(piece.bytes[at + k]) << UInt64(8 * k) }
        all.append((piece.address &+ UInt64(at), value))
      }
    }
    return all
  }

  /// Where a function's calls return to: the call's place in the function's listing, and what it calls; nil where a
  /// register or memory says it.
  private typealias Returns = [UInt64: (call: Int, callee: NameID?)]

  private static func returns(of function: Function, _ listing: [ListedInstruction]) -> Returns {
    var callees: [UInt64: NameID?] = [:]
    for call in function.indirectCalls { callees.updateValue(nil, forKey: call.address) }
    for call in function.calls.reversed() where call.kind == .call {
      callees.updateValue(call.target, forKey: call.address)
    }
    var all: Returns = [:]
    for (i, instruction) in listing.enumerated() {
      guard let callee = callees[instruction.address] else { continue }
      // A call may be a function's last instruction.
      let behind =
        i + 1 < listing.count ? listing[i + 1].address : function.entry &+ UInt64(function.size)
      all[behind] = (i, callee)
    }
    return all
  }

  /// Nil for what is no return address.
  ///
  /// - Parameter returns: of the functions that were asked for, by their place.
  private static func candidate(
    _ pc: UInt64, _ program: Program, _ listings: [UInt64: [ListedInstruction]],
    _ returns: inout [Int: Returns]
  ) -> Candidate? {
    // A call may be a function's last instruction.
    guard pc > 0, let place = program.index(holding: pc - 1) else { return nil }
    let function = program.functions[place]
    guard let listing = listings[function.entry] else { return nil }
    var candidate = Candidate(address: 0, value: 0, function: place)
    // The linker's first instruction of goexit is passed over (`runtime/proc.go`, newproc1: abi.FuncPCABI0(goexit) +
    // sys.PCQuantum).
    if program.names.string(function.name).hasPrefix("runtime.goexit"), pc > function.entry,
      pc - function.entry <= 4
    {
      return candidate
    }
    if returns[place] == nil { returns[place] = Self.returns(of: function, listing) }
    guard let found = returns[place]?[pc] else { return nil }
    let call = listing[found.call]
    candidate.call = call.address
    candidate.location = call.location
    candidate.inlined = call.inlined
    candidate.callee = found.callee
    candidate.depth = call.depth
    return candidate
  }

  /// Finds each candidate's next one. Where a register has the return address, the frame does not say it.
  private mutating func link(_ places: [UInt64: Int], _ end: UInt64, _ program: Program) {
    let push = UInt64(program.header.arch.callPush)
    guard push > 0 else { return }
    for i in candidates.indices {
      let function = program.functions[candidates[i].function]
      guard candidates[i].call != nil else {
        candidates[i].isLast = true
        continue
      }
      // No walk comes behind a jump table; there the whole frame is taken, as everywhere but in a prologue.
      let depth = candidates[i].depth ?? function.frame.bytes
      let address = candidates[i].address &+ push &+ UInt64(depth)
      candidates[i].isLast = address > end
      guard let next = places[address], next > i else { continue }
      let callee = candidates[next].callee
      // A call of another function left this behind.
      guard
        callee == nil || callee == function.name || callee.map(function.aliases.contains) == true
          || candidates[next].call == nil
      else { continue }
      candidates[i].next = next
    }
  }

  /// The way along the candidates that begins first of those that lead out of the words that are there, or to where the
  /// goroutine began: what earlier calls left ends where later ones wrote over it, or lies within their frames. Where
  /// there is none, the longest.
  private func likeliest(_ step: (Int) -> (next: Int?, isLast: Bool)) -> [Int] {
    var ways = Array(repeating: (isWhole: false, length: 1), count: candidates.count)
    for i in candidates.indices.reversed() {
      let (next, isLast) = step(i)
      ways[i] = next.map { (ways[$0].isWhole, 1 + ways[$0].length) } ?? (isLast, 1)
    }
    let longest = ways.map(\.length).max() ?? 0
    guard longest > 1 else { return [] }
    var best = ways.firstIndex { $0.isWhole && $0.length > 1 } ?? ways.firstIndex { $0.length == longest }
    var chain: [Int] = []
    while let i = best {
      chain.append(i)
      best = step(i).next
    }
    return chain
  }

  /// A saved frame pointer stands right below a return address, and is the address of the next one.
  private func followed(
    _ values: [UInt64: UInt64], _ places: [UInt64: Int], _ end: UInt64, _ width: UInt64
  ) -> [Int] {
    likeliest { i in
      guard let saved = values[candidates[i].address &- width], saved > candidates[i].address else {
        return (nil, false)
      }
      guard let next = places[saved &+ width], next > i else {
        return (nil, saved >= end && saved - end < 1 << 20)
      }
      return (next, false)
    }
  }
}
