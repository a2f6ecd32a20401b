/// Says where the instructions of one function come from. Fastest where it is asked for rising addresses.
public struct LineCursor: Sendable {
  /// The source of an instruction.
  public struct Position: Hashable, Sendable {
    /// Where the text of the instruction stands, which may be in a function that was inlined.
    public var file: TableFile
    /// From 1 on; 0 and below for what has no line.
    public var line: Int32
    /// Which of the function's inlined calls it comes from, in the order of its inline tree; nil for the
    /// function's own text.
    public var inlined: Int32?
  }

  /// A step of ``callers(at:)``.
  public struct Caller: Hashable, Sendable {
    /// Nil where the table does not say.
    public var file: TableFile?
    /// From 1 on; 0 and below where there is none.
    public var line: Int32
    /// The function whose text stands there; nil for the function itself, which is always the last.
    public var name: TableName?
  }

  /// The tables of a function that are asked together.
  private struct Values {
    var file: PCValues
    var line: PCValues
    var inlined: PCValues
  }

  /// The inliner's budget (`cmd/compile/internal/inline/inl.go`, inlineMaxBudget) keeps chains far below; in
  /// `cmd/compile` the longest has 7 steps.
  private static let depthLimit = 256

  private let table: LineTable
  private let function: TableFunction
  /// In bytes of ``LineTable/funcdata``; nil for a function without inlined calls.
  private let tree: Int?
  private var instructions: Values
  /// The places of the calls, which do not rise with the instructions.
  private var calls: Values

  init(_ table: LineTable, _ function: TableFunction) {
    self.table = table
    self.function = function
    tree = table.place(ofFuncdata: .inlineTree, function)
    let values = Values(
      file: PCValues(table.header, offset: function.pcfile, size: function.size),
      line: PCValues(table.header, offset: function.pcline, size: function.size),
      inlined: table.values(.inlineIndex, function))
    instructions = values
    calls = values
  }

  /// Where the text of an instruction stands; nil outside the function and where the table does not say.
  public mutating func position(at address: UInt64) -> Position? {
    guard address >= function.entry, address < function.end else { return nil }
    return Self.position(at: address - function.entry, &instructions, table, function)
  }

  /// The inlined calls that an instruction came through, innermost first: the first is where its text
  /// stands, each next one where the one before was called, the last in the function itself
  /// (`runtime/symtabinl.go`). Empty where the table does not say.
  public mutating func callers(at address: UInt64) -> [Caller] {
    guard let position = position(at: address) else { return [] }
    var callers: [Caller] = []
    var here = Caller(file: position.file, line: position.line, name: nil)
    var index = position.inlined
    while let call = index, callers.count < Self.depthLimit {
      guard let node = inlinedCall(call) else { break }
      here.name = node.name
      callers.append(here)
      let parent = Self.position(at: UInt64(node.parentOffset), &calls, table, function)
      here = Caller(file: parent?.file, line: parent?.line ?? 0, name: nil)
      // The compiler puts a call behind the one that it is inlined into (`cmd/internal/obj/pcln.go`,
      // addBranch), so the numbers fall, and a damaged tree ends.
      index = parent?.inlined.flatMap { $0 < call ? $0 : nil }
    }
    callers.append(here)
    return callers
  }

  private static func position(
    at offset: UInt64, _ values: inout Values, _ table: LineTable, _ function: TableFunction
  ) -> Position? {
    let span = table.table.storage.span
    guard let file = values.file.value(at: offset, in: span),
      let line = values.line.value(at: offset, in: span),
      let id = table.header.file(unit: function.unit, file, in: table.table)
    else { return nil }
    let inlined = values.inlined.value(at: offset, in: span)
    return Position(file: id, line: line, inlined: inlined.flatMap { $0 >= 0 ? $0 : nil })
  }

  /// `runtime/symtabinl.go`, `inlinedCall`; up to Go 1.19 of 20 bytes, among them a line and a file.
  private func inlinedCall(_ index: Int32) -> (name: TableName, parentOffset: UInt32)? {
    guard let tree else { return nil }
    let isShort = table.layout == .go120
    let node = tree + Int(index) * (isShort ? 16 : 20)
    guard let name = table.funcdata.u32(node + (isShort ? 4 : 12)),
      let parent = table.funcdata.u32(node + (isShort ? 8 : 16))
    else { return nil }
    return (TableName(offset: name), parent)
  }
}
