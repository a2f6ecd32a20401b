import ByteText
import ProgramModel

/// One operand, the same whatever the dialect spells.
public struct Operand: Sendable {
  /// The kinds of operands.
  public enum Kind: Sendable {
    case none
    case register
    case immediate
    /// `displacement(base)(index*scale)`.
    case memory
    /// A register between brackets: the target of an indirect branch (arm64 `(R0)`), or `*%rax`.
    case indirect
    /// An address, a symbol, or both: `0x4010ca`, `main.f(SB)`, `4010ca <main.f+0xca>`, `12(PC)`.
    case place
    /// Anything else: shifts, lists, vector registers.
    case other
  }

  /// The ways in which a memory operand changes its base register.
  public enum Writeback: Sendable {
    case none, before, after
  }

  // The small ones first, that an operand is 32 bytes and no more.

  /// The operand's kind.
  public var kind = Kind.none
  /// The register, or a memory operand's base; ``noRegister`` when there is none.
  public var register = noRegister
  /// A memory operand's index.
  public var index = noRegister
  /// `value` was printed. An immediate may print as a symbol, `$net/http.readTransfer+704(SB)`, a place too.
  public var hasValue = false
  /// Of a memory operand: whether its base moves.
  public var writeback = Writeback.none
  /// The bits that the register's name stands for: 8, 16, 32, 64; 0 when the name does not say.
  public var width: UInt8 = 0
  /// Of a memory operand: how many bytes it is, where it says so (s390x `32(64,%r15)`); 0 elsewhere.
  public var length: UInt16 = 0
  /// The immediate or the displacement, sign-extended, or a place's address as bits.
  public var value: Int64 = 0
  /// A place's symbol, less `+0x…`; empty when none is printed.
  public var symbol: Range<Int> = 0..<0

  /// None.
  public init() {}

  /// arm64's `lsl #12`, which belongs to the operand before it.
  var isShift: Bool { kind == .other && hasValue }

  /// Whether it is SP itself.
  public var isSP: Bool { kind == .register && register == stackPointer }
}

/// No register.
public let noRegister: UInt8 = 255
/// SP on every machine, as ``Operand`` numbers registers; the others keep their machine's number.
public let stackPointer: UInt8 = 128
/// The register that always reads as zero (arm64 ZR).
public let zeroRegister: UInt8 = 129
/// x86's RIP: a displacement from it is no frame slot.
public let instructionPointer: UInt8 = 130
/// x86's XMM15 and arm64's and others' vector registers, which hold no address.
public let vectorRegister: UInt8 = 131

/// The operands of one instruction, destination last: Go's and AT&T's order.
public struct Operands: Sendable {
  /// How many were printed, three at most.
  public var count = 0
  /// The first one, in Go's order.
  public var first = Operand()
  /// The second one.
  public var second = Operand()
  /// The third one.
  public var third = Operand()

  /// None.
  public init() {}

  /// The destination.
  public var last: Operand {
    switch count {
    case 1: first
    case 2: second
    default: third
    }
  }

  mutating func append(_ operand: Operand) {
    if count == 3, third.kind == .memory, operand.kind == .immediate {
      // arm64's `ldp x29, x30, [sp], #32`: the step belongs to the address.
      third.value = operand.value
      third.writeback = .after
      return
    }
    if operand.isShift, count > 0 {
      // arm64's `#0x10, lsl #12` is one immediate.
      switch count {
      case 1 where first.kind == .immediate: first.value <<= operand.value
      case 2 where second.kind == .immediate: second.value <<= operand.value
      case 3 where third.kind == .immediate: third.value <<= operand.value
      default: break
      }
      return
    }
    switch count {
    case 0: first = operand
    case 1: second = operand
    case 2: third = operand
    default: break
    }
    count = min(count + 1, 3)
  }

  mutating func reverse() {
    switch count {
    case 2: swap(&first, &second)
    case 3: swap(&first, &third)
    default: break
    }
  }
}

extension Dialect {
  /// Reads an instruction's operands. Beyond the third they are left out; comments too.
  public func operands(_ text: borrowing Span<UInt8>, in range: Range<Int>) -> Operands {
    if syntax == .go { return goOperands(text, range) }
    let range = withoutComment(text, range)
    var operands = Operands()
    var start = range.lowerBound
    var depth = 0
    scan: for i in range {
      switch text[i] {
      case UInt8(ascii: "<") where depth == 0 && i > start && text[i - 1] == UInt8(ascii: " "):
        break scan  // The target's name, which is the last operand: it may hold commas.
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        operands.append(operand(text, trim(text, start..<i)))
        start = i + 1
      default: break
      }
    }
    if start < range.upperBound { operands.append(operand(text, trim(text, start..<range.upperBound))) }
    // arm64's `[x0], #16`: the step belongs to the address before it.
    if syntax == .arm { operands.foldPostIndex(architecture) }
    if syntax == .intel || syntax == .arm || syntax == .risc { operands.reverse() }
    return operands
  }

  /// As ``operands(_:in:)``, in one pass: Go's comments begin with ` //`, and its targets are operands like others.
  private func goOperands(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operands {
    var operands = Operands()
    var start = range.lowerBound
    while start < range.upperBound, text[start] <= 0x20 { start += 1 }
    while let (operand, end) = GoOperand.simple(text, start, architecture) {
      guard end == range.upperBound || end < range.upperBound && text[end] == UInt8(ascii: ",") else { break }
      operands.append(operand)
      if end == range.upperBound { return operands }
      start = end + 1
      while start < range.upperBound, text[start] <= 0x20 { start += 1 }
    }
    var end = range.upperBound
    var depth = 0
    var word = start
    scan: while word < end {
      var marks = Self.marks(in: text.word(at: word))
      while marks != 0 {
        let i = word &+ marks.trailingZeroBitCount &>> 3
        marks &= marks &- 1
        guard i < end else { break scan }
        switch text[i] {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: ",") where depth == 0:
          operands.append(GoOperand.read(text, trim(text, start..<i), architecture))
          start = i + 1
        case UInt8(ascii: "/")
        where i + 1 < end && text[i + 1] == UInt8(ascii: "/") && i > range.lowerBound
          && text[i - 1] == UInt8(ascii: " "):
          end = i
          break scan
        default: break
        }
      }
      word &+= 8
    }
    let last = trim(text, start..<end)
    if !last.isEmpty { operands.append(GoOperand.read(text, last, architecture)) }
    return operands
  }

  /// Returns the highest bit of each of eight bytes that may be one of `( ) , / [ ] { }`. Few others are among them:
  /// those from `(` to `/`, and those that differ from `[` in two bits alone.
  private static func marks(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let early = (word ^ 0x2828_2828_2828_2828) & 0xf8f8_f8f8_f8f8_f8f8
    let brackets = (word ^ 0x5959_5959_5959_5959) & 0xd9d9_d9d9_d9d9_d9d9
    return ((early &- ones) & ~early | (brackets &- ones) & ~brackets) & 0x8080_8080_8080_8080
  }

  private func operand(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand {
    switch syntax {
    case .go: GoOperand.read(text, range, architecture)
    case .att: ATTOperand.read(text, range)
    case .intel: IntelOperand.read(text, range)
    case .arm: ARMOperand.read(text, range, architecture)
    case .risc: RISCOperand.read(text, range, architecture)
    case .power: PowerOperand.read(text, range)
    case .zarch: ZOperand.read(text, range)
    }
  }

  /// Cuts `  # 0xa88a18 <internal/buildcfg.GOARCH>` (x86, riscv64), `  // #5`, ` ; =0x480` (arm64), `  @ 0x480` (arm).
  private func withoutComment(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var i = range.lowerBound
    while i < range.upperBound {
      switch text[i] {
      case UInt8(ascii: "#") where syntax != .arm: return trim(text, range.lowerBound..<i)
      case UInt8(ascii: ";") where syntax == .arm: return trim(text, range.lowerBound..<i)
      case UInt8(ascii: "@") where architecture == .arm: return trim(text, range.lowerBound..<i)
      case UInt8(ascii: "/") where syntax == .arm:
        if i + 1 < range.upperBound, text[i + 1] == UInt8(ascii: "/") {
          return trim(text, range.lowerBound..<i)
        }
      case UInt8(ascii: "<"):
        // A symbol's name may hold any of these; the operand ends with it.
        guard let close = text.lastOffset(of: ">", in: i..<range.upperBound) else { return trim(text, range) }
        i = close
      default: break
      }
      i += 1
    }
    return trim(text, range)
  }

  @inline(__always)
  private func trim(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    let low = text.skippingBlanks(range)
    var high = range.upperBound
    while high > low, text[high - 1] <= 0x20 { high -= 1 }
    return low..<high
  }
}

extension Operands {
  fileprivate mutating func foldPostIndex(_ architecture: Architecture) {
    if architecture == .arm, count == 3, second.kind == .memory, third.kind == .register {
      // arm's `ldr pc, [sp], fp`.
      second.index = third.register
      second.writeback = .after
      count = 2
    } else if count == 3, second.kind == .memory, third.kind == .immediate {
      second.value = third.value
      second.writeback = .after
      count = 2
    } else if count == 2, first.kind == .memory, second.kind == .immediate {
      first.value = second.value
      first.writeback = .after
      count = 1
    }
  }
}

/// The parts that the readers of all dialects share.
enum OperandText {
  /// A number, `0x10`, `-0x10`, `72`, and where it ends; nil when there is none.
  ///
  /// Go prints a negative displacement as `-0x10` or as unsigned 32 bits (`0xfffff4b0(SP)`); GNU and LLVM
  /// print 64 bits (`$0xffffffffffffff80`): all come out negative.
  static func number(_ text: borrowing Span<UInt8>, _ start: Int) -> (value: Int64, end: Int)? {
    var i = start
    var negative = false
    if text[i] == UInt8(ascii: "-") || text[i] == UInt8(ascii: "+") {
      negative = text[i] == UInt8(ascii: "-")
      i += 1
    }
    if text[i] == UInt8(ascii: "0"), text[i + 1] == UInt8(ascii: "x") {
      let (value, end) = text.hexadecimal(from: i + 2)
      guard end > i + 2 else { return nil }
      let signed = Int64(bitPattern: value)
      return (negative ? 0 &- signed : signed, end)
    }
    let (value, end) = text.decimal(from: i)
    guard end > i else { return nil }
    return (negative ? 0 &- value : value, end)
  }

  /// A 32-bit field of an instruction, sign-extended.
  static func signExtended32(_ value: Int64) -> Int64 {
    value >= 0x8000_0000 && value <= 0xffff_ffff ? value - 0x1_0000_0000 : value
  }

  /// `4010ca <main.f+0xca>` or `0x4010ca <main.f+0xca>`: an address, then its symbol.
  static func place(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Operand? {
    var start = range.lowerBound
    if text.has("0x", at: start) { start += 2 }
    let (address, end) = text.hexadecimal(from: start)
    guard end > start, end <= range.upperBound else { return nil }
    var operand = Operand()
    operand.kind = .place
    operand.value = Int64(bitPattern: address)
    operand.hasValue = true
    if end == range.upperBound { return operand }
    guard text.has(" <", at: end) else { return nil }
    // A name may be cut off.
    guard text[range.upperBound - 1] == UInt8(ascii: ">") else { return operand }
    let name = end + 2..<range.upperBound - 1
    operand.symbol = name.lowerBound..<(BinutilsDialect.offsetSuffix(text, name) ?? name.upperBound)
    return operand
  }
}
