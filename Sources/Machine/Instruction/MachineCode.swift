import Listing
import ProgramModel

/// The meaning of one architecture's instructions. Each architecture is a type of its own, and a case in
/// ``Architecture/code``.
protocol MachineCode {
  /// How Go uses the registers of this machine.
  static var facts: MachineFacts { get }
  /// The filter that keeps those lines of Go's listings which ``read(_:into:)`` needs.
  static var goFilter: MnemonicFilter { get }

  /// The endings of Go operands that can be memory of the frame, such as `(SP)`. Empty where the ending alone
  /// does not tell, so that every line has to be read.
  static var goFrameBases: [StaticString] { get }
  /// The spelling of a move of a word in Go's listings, with the blank behind it. Only asked where ``goFrameBases`` has
  /// some, of which SP is the first.
  static var goWordMove: StaticString { get }

  /// Whether a line after the code pads the function to its alignment: a word of zero, on most machines.
  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool

  /// Moves the constants among a function's lines to its `literals`.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect)

  /// Reads a function's lines into a sketch, which was reset before.
  static func read(_ code: Code, into sketch: inout Sketch)

  /// Returns what the instruction of line `i` does.
  static func instruction(_ code: Code, _ i: Int) -> Instruction

  /// Whether the instruction of line `i` can be so many bytes long, 15 at most. Only asked of listings without bytes.
  static func canSpan(_ length: Int, _ code: Code, _ i: Int) -> Bool
}

extension MachineCode {
  /// Returns how this function uses registers: an older Go's code, which is recognized while it is read, has
  /// its arguments on the stack.
  static func facts(_ sketch: Sketch) -> MachineFacts { sketch.passing == .onStack ? facts.onStack : facts }

  /// The bytes of a pointer: 8 or 4.
  static var word: Int64 { facts.word }

  static var goFrameBases: [StaticString] { [] }
  static var goWordMove: StaticString { "" }

  /// Where all instructions have one length or two, the dialect has looked already.
  static func canSpan(_ length: Int, _ code: Code, _ i: Int) -> Bool { true }

  /// Does nothing: most machines keep no constants among the instructions.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect
  ) {}

  static func isPadding(_ line: InstructionLine, _ code: Code) -> Bool { line.isZero(code.text) }

  /// Returns how many of the lines are code.
  static func codeLines(_ code: Code) -> Int {
    var count = code.lines.count
    while count > 0, isPadding(code.lines[count - 1], code) { count -= 1 }
    return count
  }
}

extension FunctionText {
  /// Whether a line's instruction directly follows the one of the line before, so that a filter left out
  /// nothing between them. Without lengths in the listing this is assumed; it is false for the first line.
  func follows(_ i: Int) -> Bool {
    guard i > 0 else { return false }
    let before = lines[i - 1]
    return before.length == 0 || before.address &+ UInt64(before.length) == lines[i].address
  }

  /// Returns the address after a line's instruction. Where the listing has no lengths, it is the address of
  /// the next line, or for the last line its own.
  func next(behind i: Int) -> UInt64 {
    let line = lines[i]
    if line.length > 0 { return line.address &+ UInt64(line.length) }
    return i + 1 < lines.count ? lines[i + 1].address : line.address
  }
}
