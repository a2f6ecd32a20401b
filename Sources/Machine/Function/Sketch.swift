import Listing
import ProgramModel

/// An instruction that moves SP, steers control flow, or is a site of the model. All others are passed over.
struct Step {
  enum Operation: UInt8 {
    /// SP += value.
    case moveSP
    /// SP moves by an amount that the text does not give; down when value < 0.
    case moveSPUnknown
    /// SP = register.
    case setSP
    /// SP is loaded, masked or otherwise set to what only a run knows.
    case opaqueSP
    /// register = SP + value.
    case copySP
    /// Goes on elsewhere, or goes on.
    case branch
    /// Goes on elsewhere.
    case jump
    /// Goes on where a register or a table says.
    case indirectJump
    /// Goes on nowhere: a return, a trap, a call that does not come back, a jump out of the function.
    case stop
    /// Goes on; an atomic, a call that defers, an indirect call, a `go` statement.
    case site
  }

  var operation: Operation
  var register: UInt8 = noRegister
  /// The instruction, in `FunctionText.lines`.
  var line: Int32
  /// An amount, or the address that a branch goes to.
  var value: Int64 = 0
}

/// What one reading of a function's lines finds; the rest of the model is worked out from it.
///
/// One value serves all functions of a worker: nothing here costs an allocation a function.
struct Sketch {
  struct Call {
    var line: Int32
    var kind: CallSite.Kind
    /// Where it goes, as far as the text says; `UInt64.max` when only the name is printed.
    var address: UInt64
    var symbol: Range<Int>
  }

  struct Atomic {
    /// The line of its address; a `lock` that LLVM prints on a line of its own.
    var line: Int32
    /// Its mnemonic.
    var spelling: Spelling
    var implicit: Bool
  }

  /// An atomic in Go's spelling.
  struct Spelling: Hashable {
    /// `CMPXCHG`, `LDADDAL`, without a width.
    var root: Range<Int> = 0..<0
    /// A root that the text does not spell: LSE's, or an exclusive store's.
    var known: String = ""
    /// `L`, `Q`, `W`, `D` …; 0 when the root has it already.
    var suffix: UInt8 = 0
    var lock = false
  }

  /// Where a function's calls have their arguments.
  enum Passing {
    /// Where the architecture has them.
    case usual
    /// On the stack, as code of an older Go has them.
    case onStack
    case unknown
  }

  var steps: [Step] = []
  var calls: [Call] = []
  var atomics: [Atomic] = []
  /// Exclusive stores (arm64): each is an atomic where the function has no LSE one.
  var exclusives: [Atomic] = []
  var deferCalls: [(kind: RuntimeCall.Deferred, line: Int32)] = []
  var indirectCalls: [Int32] = []
  var goCalls: [Int32] = []
  var lockCalls: [(line: Int32, call: LockCall)] = []
  /// There are jumps through a register or memory.
  var jumpsIndirectly = false
  var undecoded = 0
  var undecodedLines: [Int32] = []
  /// The first line where Go's disassembler loses step; -1 when it does not.
  var lostStep: Int32 = -1
  var distrustedAtomics = 0
  /// The test for room: its class, and the frame that its immediate gives (big and huge).
  var splitCheck = SplitCheck.none
  var splitLine: Int32 = -1
  var checkedFrame: Int?
  var savesFramePointer = false
  var framePointerLine: Int32 = -1
  /// How many lines are code: what follows is padding.
  var codeLines = 0
  var passing = Passing.usual
  /// SP moves by what a line may say that a filter left out.
  var needsAllLines = false
  /// The line of a first release whose amount is not given, which alone asks for all lines; -1 for none. Of no account
  /// where the function returns right behind it.
  private var unknownRelease: Int32 = -1
  /// A branch goes to an address behind the last instruction: the function was cut.
  var jumpsBeyondEnd = false
  /// The lines of open-coded defers.
  var openSites: [Int] = []
  /// Morestack was called, and no jump came since.
  private var isBehindMorestack = false
  /// The last call of morestack; -1 for none.
  var morestackLine: Int32 = -1

  mutating func reset() {
    steps.removeAll(keepingCapacity: true)
    calls.removeAll(keepingCapacity: true)
    atomics.removeAll(keepingCapacity: true)
    exclusives.removeAll(keepingCapacity: true)
    deferCalls.removeAll(keepingCapacity: true)
    indirectCalls.removeAll(keepingCapacity: true)
    goCalls.removeAll(keepingCapacity: true)
    lockCalls.removeAll(keepingCapacity: true)
    undecodedLines.removeAll(keepingCapacity: true)
    jumpsIndirectly = false
    undecoded = 0
    lostStep = -1
    distrustedAtomics = 0
    splitCheck = .none
    splitLine = -1
    checkedFrame = nil
    savesFramePointer = false
    framePointerLine = -1
    codeLines = 0
    passing = .usual
    needsAllLines = false
    unknownRelease = -1
    jumpsBeyondEnd = false
    openSites.removeAll(keepingCapacity: true)
    morestackLine = -1
    isBehindMorestack = false
  }

  /// Notes that the caller's frame pointer is stored.
  mutating func saveFramePointer(line: Int) {
    (savesFramePointer, framePointerLine) = (true, Int32(truncatingIfNeeded: line))
  }

  func isMorestack(_ call: Call) -> Bool { call.line == morestackLine }

  mutating func add(_ operation: Step.Operation, line: Int, register: UInt8 = noRegister, value: Int64 = 0) {
    steps.append(
      Step(operation: operation, register: register, line: Int32(truncatingIfNeeded: line), value: value))
  }

  /// SP is rounded down. Where assembly saved SP in a register and took room right before, that room is no frame of
  /// the linker's either: `MOVL SP, SI; SUBL $0x20, SP; ANDL $0xfffffff0, SP`.
  @inline(never)
  mutating func realignSP(line: Int) {
    add(.opaqueSP, line: line)
    let count = steps.count
    guard count > 2, steps[count - 2].operation == .moveSP, steps[count - 2].value < 0,
      steps[count - 3].operation == .copySP, steps[count - 3].register != 5
    else { return }
    steps.swapAt(count - 1, count - 2)
  }

  /// SP moves up, or down where `sign` is negative, by an amount that the lines that there are do not give.
  mutating func moveSPUnknown(sign: Int64, line: Int) {
    add(.moveSPUnknown, line: line, value: sign)
    if sign >= 0, !needsAllLines { unknownRelease = Int32(truncatingIfNeeded: line) }
    needsAllLines = true
  }

  mutating func addAtomic(_ spelling: Spelling, implicit: Bool = false, line: Int) {
    atomics.append(Atomic(line: site(line), spelling: spelling, implicit: implicit))
  }

  /// Adds an atomic whose name the text does not spell, or that is its mnemonic as it stands.
  mutating func addAtomic(_ name: String, line: Int) { addAtomic(Spelling(known: name), line: line) }

  /// Adds an exclusive store.
  mutating func addExclusive(_ name: String, line: Int) {
    exclusives.append(Atomic(line: site(line), spelling: Spelling(known: name), implicit: false))
  }

  /// Notes that there is a site.
  private mutating func site(_ line: Int) -> Int32 {
    add(.site, line: line)
    return Int32(truncatingIfNeeded: line)
  }

  mutating func addUndecoded(_ line: Int) {
    undecoded += 1
    undecodedLines.append(Int32(truncatingIfNeeded: line))
  }

  /// Adds a call; without a target it goes where a register or memory says.
  mutating func call(_ target: Target?, line: Int, text: borrowing Span<UInt8>) {
    guard let target else {
      indirectCalls.append(site(line))
      return
    }
    calls.append(
      Call(line: Int32(truncatingIfNeeded: line), kind: .call, address: target.address, symbol: target.symbol)
    )
    let symbol = Trampoline.target(text, target.symbol)
    addLock(symbol, line: line, text: text)
    switch RuntimeCall(text, symbol) {
    case .none: break
    case .morestack:
      morestackLine = Int32(truncatingIfNeeded: line)
      isBehindMorestack = true
    case .noReturn: add(.stop, line: line)
    case .newproc: goCalls.append(site(line))
    case .deferred(let kind): deferCalls.append((kind, site(line)))
    }
  }

  /// Adds a call or jump to what locks or unlocks a mutex.
  @inline(__always)
  private mutating func addLock(_ symbol: Range<Int>, line: Int, text: borrowing Span<UInt8>) {
    guard symbol.count > 10 else { return }
    // `sync.` or `internal/sync.`: a look at one letter, for most symbols have others.
    switch text[symbol.lowerBound] {
    case UInt8(ascii: "s"), UInt8(ascii: "i"):
      if let call = LockCall(text, symbol) { lockCalls.append((Int32(truncatingIfNeeded: line), call)) }
    default: break
    }
  }

  /// Whether it locks a mutex and unlocks one of the same kind, and leaves neither to a deferred call.
  var mayLeakLock: Bool {
    guard !lockCalls.isEmpty, deferCalls.isEmpty else { return false }
    // A bit for each kind of mutex.
    var (locked, unlocked): (UInt8, UInt8) = (0, 0)
    for (_, call) in lockCalls {
      if call.isUnlock { unlocked |= 1 << call.mutex.rawValue } else { locked |= 1 << call.mutex.rawValue }
    }
    return locked & unlocked != 0
  }

  /// Adds a jump; without a target it goes where a register or a table says.
  mutating func jump(_ target: Target?, line: Int, _ code: Code) {
    if let target {
      if isBehindMorestack {
        // The way back to the entry once the stack has grown: no loop of the program.
        add(.stop, line: line)
      } else {
        addJump(target, conditional: false, line: line, code)
      }
    } else {
      add(.indirectJump, line: line)
      jumpsIndirectly = true
    }
    isBehindMorestack = false
  }

  /// Adds a return or a trap.
  @inline(__always)
  mutating func stop(line: Int) {
    add(.stop, line: line)
    isBehindMorestack = false
    if unknownRelease >= 0, unknownRelease == Int32(truncatingIfNeeded: line) - 1 {
      needsAllLines = false
      unknownRelease = -1
    }
  }

  /// Adds a jump, conditional or not, by where it goes: inside the function, or out of it.
  mutating func addJump(_ target: Target, conditional: Bool, line: Int, _ code: Code) {
    let text = code.text
    var address = target.address
    if address == UInt64.max, sameBytes(text, target.symbol, code.function.name) {
      address = code.function.entry
    }
    let last = code.lines[code.lines.count &- 1].address
    if address != UInt64.max, address >= code.function.entry, address <= last {
      add(conditional ? .branch : .jump, line: line, value: Int64(bitPattern: address))
    } else {
      if conditional, address != UInt64.max, address > last, address &- last < 1 << 24,
        target.symbol.isEmpty || sameBytes(text, target.symbol, code.function.name)
      {
        jumpsBeyondEnd = true
      }
      if lostStep < 0 || !target.symbol.isEmpty {
        calls.append(
          Call(line: Int32(truncatingIfNeeded: line), kind: .tail, address: address, symbol: target.symbol))
        addLock(target.symbol, line: line, text: text)
      }
      if !conditional { add(.stop, line: line) }
    }
  }
}

/// Whether two ranges of a text hold the same bytes.
func sameBytes(_ text: borrowing Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
  guard a.count == b.count else { return false }
  for i in 0..<a.count where text[a.lowerBound + i] != text[b.lowerBound + i] { return false }
  return true
}
