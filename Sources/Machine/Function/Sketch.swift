import ByteText
import Listing
import ProgramModel

/// An instruction that moves SP, steers control flow, or is a site of the model. All other instructions are
/// skipped.
struct Step {
  enum Operation: UInt8 {
    /// SP += value.
    case moveSP
    /// SP moves by an amount that the text does not give: down where value < 0, otherwise up.
    case moveSPUnknown
    /// SP = register.
    case setSP
    /// SP is loaded, masked or otherwise set to a value that only a run knows.
    case opaqueSP
    /// register = SP + value.
    case copySP
    /// A conditional jump within the function, to the address `value`.
    case branch
    /// A jump within the function, to the address `value`.
    case jump
    /// A jump to an address that a register or a jump table gives.
    case indirectJump
    /// A return, which ends a path with SP as it was at entry.
    case returns
    /// Any other end of a path: a trap, a call that does not return, a jump out of the function.
    case stop
    /// An atomic, a call that registers or runs a defer, an indirect call, a `go` statement: the code goes on
    /// after it.
    case site
  }

  /// The effect on SP or on the control flow.
  var operation: Operation
  /// The register that holds or receives SP, for ``Operation/setSP`` and ``Operation/copySP``.
  var register: UInt8 = noRegister
  /// The index of the instruction in `FunctionText.lines`.
  var line: Int32
  /// An amount in bytes, or the address to which a branch or jump goes.
  var value: Int64 = 0
}

/// The result of reading a function's lines once; the rest of the model is worked out from it.
///
/// One value serves all functions of a worker, so a function costs no allocation here.
struct Sketch {
  /// A call or tail jump whose target the text names.
  struct Call {
    var line: Int32
    var kind: CallSite.Kind
    /// The target's address as far as the text gives it; `UInt64.max` when only the name is printed.
    var address: UInt64
    var symbol: Range<Int>
  }

  /// An atomic, or an exclusive store that stands for one.
  struct Atomic {
    /// The line of the instruction; where LLVM prints `lock` on a line of its own, that line.
    var line: Int32
    /// The name of the instruction.
    var spelling: Spelling
    /// Whether it locks without a prefix that says so: x86's XCHG with memory.
    var implicit: Bool
    /// Whether it is an exclusive store. The compiler may emit one atomic twice, as a loop that ends in such a
    /// store too: then the loop does not count.
    var isExclusive = false
  }

  /// The name of an atomic, to be put together in Go's spelling.
  struct Spelling: Hashable {
    /// The mnemonic in the text without its width: `CMPXCHG`, `LDADDAL`.
    var root: Range<Int> = 0..<0
    /// The mnemonic where the text does not spell it: an LSE atomic that was decoded, or the exclusive store
    /// of a loop.
    var known: String = ""
    /// The width: `L`, `Q`, `W`, `D` …; 0 when the mnemonic has it already.
    var suffix: UInt8 = 0
    /// Whether the name begins with `LOCK`.
    var lock = false
  }

  /// The places in which a function's calls receive their arguments.
  enum Passing {
    /// Where the architecture's ``MachineFacts`` have them.
    case usual
    /// On the stack, as in the code of an older Go.
    case onStack
    case unknown
  }

  var steps: [Step] = []
  var calls: [Call] = []
  var atomics: [Atomic] = []
  /// The calls that register or run defers. Lines, here and below, are indices in `FunctionText.lines`.
  var deferCalls: [(kind: RuntimeCall.Deferred, line: Int32)] = []
  var indirectCalls: [Int32] = []
  var goCalls: [Int32] = []
  var lockCalls: [(line: Int32, call: LockCall)] = []
  /// Whether there are jumps through a register or memory.
  var jumpsIndirectly = false
  /// How many instructions the disassembler did not decode.
  var undecoded = 0
  var undecodedLines: [Int32] = []
  /// The first line at which Go's disassembler loses step; -1 where it does not.
  var lostStep: Int32 = -1
  /// How many atomics were left out because the disassembler had lost step there.
  var distrustedAtomics = 0
  /// The class of the split check, its line, and the frame that its immediate gives, in bytes (big and huge
  /// only).
  var splitCheck = SplitCheck.none
  var splitLine: Int32 = -1
  var checkedFrame: Int?
  var savesFramePointer = false
  /// The line that saves the frame pointer; on arm64 the line that sets it. -1 for none.
  var framePointerLine: Int32 = -1
  /// How many lines are code; the lines after these are padding.
  var codeLines = 0
  var passing = Passing.usual
  /// Whether SP moves by an amount that a line may give which a filter left out.
  var needsAllLines = false
  /// The line of the first release of a frame whose amount is not given, while nothing else asks for all lines;
  /// -1 for none. If the function returns on the next line, the amount does not matter.
  private var unknownRelease: Int32 = -1
  /// Whether a branch goes to an address after the last instruction: the function was cut. And to one before the first
  /// instruction.
  var jumpsBeyondEnd = false
  var jumpsBeforeEntry = false
  /// The lines of the open-coded defers.
  var openSites: [Int] = []
  /// Whether morestack was called and no jump has come since.
  private var isBehindMorestack = false
  /// The line of the last call of morestack; -1 for none.
  var morestackLine: Int32 = -1
  /// morestack is called twice, as no function does.
  var growsStackTwice = false
  /// x86's word that pads a function, the last one before more code; -1 for none.
  var paddingLine: Int32 = -1
  /// The operands of what moves SP could not be read, or a return is none of this machine's.
  var hasUnread = false

  /// Empties the sketch for another function; the buffers stay.
  mutating func reset() {
    var empty = Sketch()
    Self.take(&steps, for: &empty.steps)
    Self.take(&calls, for: &empty.calls)
    Self.take(&atomics, for: &empty.atomics)
    Self.take(&deferCalls, for: &empty.deferCalls)
    Self.take(&indirectCalls, for: &empty.indirectCalls)
    Self.take(&goCalls, for: &empty.goCalls)
    Self.take(&lockCalls, for: &empty.lockCalls)
    Self.take(&undecodedLines, for: &empty.undecodedLines)
    Self.take(&openSites, for: &empty.openSites)
    self = empty
  }

  /// Empties a list and uses its buffer for another one.
  private static func take<T>(_ list: inout [T], for empty: inout [T]) {
    // Most are empty for most functions.
    if !list.isEmpty { list.removeAll(keepingCapacity: true) }
    swap(&list, &empty)
  }

  /// Notes the line that stores the caller's frame pointer.
  mutating func saveFramePointer(line: Int) {
    (savesFramePointer, framePointerLine) = (true, Int32(truncatingIfNeeded: line))
  }

  /// Whether a call is the prologue's call of morestack.
  func isMorestack(_ call: Call) -> Bool { call.line == morestackLine }

  /// Adds a step.
  mutating func add(_ operation: Step.Operation, line: Int, register: UInt8 = noRegister, value: Int64 = 0) {
    steps.append(
      Step(operation: operation, register: register, line: Int32(truncatingIfNeeded: line), value: value))
  }

  /// Adds a step that rounds SP down. Where assembly copied SP to a register and reserved bytes just before,
  /// the linker does not count these as part of the frame either:
  /// `MOVL SP, SI; SUBL $0x20, SP; ANDL $0xfffffff0, SP`.
  @inline(never)
  mutating func realignSP(line: Int) {
    add(.opaqueSP, line: line)
    let count = steps.count
    guard count > 2, steps[count - 2].operation == .moveSP, steps[count - 2].value < 0,
      steps[count - 3].operation == .copySP, steps[count - 3].register != 5
    else { return }
    steps.swapAt(count - 1, count - 2)
  }

  /// Adds a move of SP by an amount that these lines do not give: down where `sign` is negative, otherwise
  /// up.
  mutating func moveSPUnknown(sign: Int64, line: Int) {
    add(.moveSPUnknown, line: line, value: sign)
    if sign >= 0, !needsAllLines { unknownRelease = Int32(truncatingIfNeeded: line) }
    needsAllLines = true
  }

  /// Adds an atomic.
  mutating func addAtomic(
    _ spelling: Spelling, implicit: Bool = false, isExclusive: Bool = false, line: Int
  ) {
    atomics.append(
      Atomic(line: site(line), spelling: spelling, implicit: implicit, isExclusive: isExclusive))
  }

  /// Adds an atomic by its full name, because the text does not spell it or spells it in full.
  mutating func addAtomic(_ name: String, isExclusive: Bool = false, line: Int) {
    addAtomic(Spelling(known: name), isExclusive: isExclusive, line: line)
  }

  /// Adds the step of a site. Returns its line.
  private mutating func site(_ line: Int) -> Int32 {
    add(.site, line: line)
    return Int32(truncatingIfNeeded: line)
  }

  /// Counts an instruction that the disassembler did not decode.
  mutating func addUndecoded(_ line: Int) {
    undecoded += 1
    undecodedLines.append(Int32(truncatingIfNeeded: line))
  }

  /// Adds a call; without a target, it goes to an address that a register or memory holds.
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
    case .none, .allocates, .duff, .writeBarrier: break
    case .morestack:
      growsStackTwice = morestackLine >= 0
      morestackLine = Int32(truncatingIfNeeded: line)
      isBehindMorestack = true
    case .noReturn: add(.stop, line: line)
    case .newproc: goCalls.append(site(line))
    case .deferred(let kind): deferCalls.append((kind, site(line)))
    }
  }

  /// Adds a call or jump to a function that locks or unlocks a mutex.
  @inline(__always)
  private mutating func addLock(_ symbol: Range<Int>, line: Int, text: borrowing Span<UInt8>) {
    guard symbol.count > 10 else { return }
    // `sync.` or `internal/sync.`: one letter rules out most symbols.
    switch text[symbol.lowerBound] {
    case UInt8(ascii: "s"), UInt8(ascii: "i"):
      if let call = LockCall(text, symbol) { lockCalls.append((Int32(truncatingIfNeeded: line), call)) }
    default: break
    }
  }

  /// Whether the function locks a mutex and unlocks one of the same kind, and leaves neither to a deferred
  /// call.
  var mayLeakLock: Bool {
    guard !lockCalls.isEmpty, deferCalls.isEmpty else { return false }
    // One bit for each kind of mutex.
    var (locked, unlocked): (UInt8, UInt8) = (0, 0)
    for (_, call) in lockCalls {
      if call.isUnlock { unlocked |= 1 << call.mutex.rawValue } else { locked |= 1 << call.mutex.rawValue }
    }
    return locked & unlocked != 0
  }

  /// Adds a jump; without a target, it goes to an address that a register or a jump table holds.
  mutating func jump(_ target: Target?, line: Int, _ code: Code) {
    if let target {
      if isBehindMorestack {
        // This is the jump back to the entry once the stack has grown: no loop of the program.
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

  /// Adds a trap, or a return that moves SP besides.
  @inline(__always)
  mutating func stop(line: Int) { end(.stop, line) }

  /// Adds a return.
  @inline(__always)
  mutating func returns(line: Int) { end(.returns, line) }

  @inline(__always)
  private mutating func end(_ operation: Step.Operation, _ line: Int) {
    add(operation, line: line)
    isBehindMorestack = false
    if unknownRelease >= 0, unknownRelease == Int32(truncatingIfNeeded: line) - 1 {
      needsAllLines = false
      unknownRelease = -1
    }
  }

  /// Adds a jump, conditional or not, as one within the function or as one out of it, by its target.
  mutating func addJump(_ target: Target, conditional: Bool, line: Int, _ code: Code) {
    let text = code.text
    var address = target.address
    if address == UInt64.max, text.areSame(target.symbol, code.function.name) {
      address = code.function.entry
    }
    let last = code.lines[code.lines.count &- 1].address
    if address != UInt64.max, address >= code.function.entry, address <= last {
      add(conditional ? .branch : .jump, line: line, value: Int64(bitPattern: address))
    } else {
      let isNameless = target.symbol.isEmpty
      // A tail jump goes to the beginning of a function, for which Go's objdump and Delve print a name.
      if conditional || isNameless && code.dialect.disassembler == .go, address != UInt64.max,
        isNameless || text.areSame(target.symbol, code.function.name)
      {
        if address > last {
          jumpsBeyondEnd = jumpsBeyondEnd || address &- last < 1 << 24
        } else {
          jumpsBeforeEntry = jumpsBeforeEntry || code.function.entry &- address < 1 << 24
        }
      }
      if lostStep < 0 || !isNameless {
        calls.append(
          Call(line: Int32(truncatingIfNeeded: line), kind: .tail, address: address, symbol: target.symbol))
        addLock(target.symbol, line: line, text: text)
      }
      if !conditional { add(.stop, line: line) }
    }
  }
}
