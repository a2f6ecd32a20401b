import Listing
import ProgramModel

/// What one architecture's instructions mean. Each is a type of its own, and a case in ``Architecture/code``.
protocol MachineCode {
  static var facts: MachineFacts { get }
  /// The lines of Go's listings that ``read(_:into:)`` looks at.
  static var goFilter: MnemonicFilter { get }

  /// How Go's operands end that may be memory of the frame, `(SP)`; none where more must be read to know.
  static var goFrameBases: [StaticString] { get }

  /// Moves constants among a function's lines to its literals.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect)

  /// Reads a function's lines into a sketch.
  static func read(_ code: Code, into sketch: inout Sketch)

  /// What the instruction of a line does.
  static func instruction(_ code: Code, _ i: Int) -> Instruction
}

extension MachineCode {
  /// How a function uses registers.
  static func facts(_ sketch: Sketch) -> MachineFacts { sketch.passing == .onStack ? facts.onStack : facts }

  /// The bytes of a pointer.
  static var word: Int64 { facts.word }

  static var goFrameBases: [StaticString] { [] }

  /// None stand there.
  static func takeOutLiterals(
    _ text: borrowing Span<UInt8>, _ function: inout FunctionText, _ dialect: Dialect
  ) {}

  /// Finds how many of the lines are code: zeros pad a function to its alignment.
  static func findCode(_ code: Code, _ sketch: inout Sketch) {
    let text = code.text
    var count = code.lines.count
    while count > 0, code.lines[count - 1].isZero(text) { count -= 1 }
    sketch.codeLines = count
  }
}

extension FunctionText {
  /// Whether nothing stands between a line and the one before, which a filter may have left out.
  func follows(_ i: Int) -> Bool {
    guard i > 0 else { return false }
    let before = lines[i - 1]
    return before.length == 0 || before.address &+ UInt64(before.length) == lines[i].address
  }

  /// The address behind a line's instruction, as far as the text says it.
  func next(behind i: Int) -> UInt64 {
    let line = lines[i]
    if line.length > 0 { return line.address &+ UInt64(line.length) }
    return i + 1 < lines.count ? lines[i + 1].address : line.address
  }
}
