/// Finds the source positions of one function's instructions. It is fastest when asked for ascending
/// addresses.
public struct LineCursor: Sendable {
  /// The source position of an instruction.
  public struct Position: Hashable, Sendable {
    /// The file that contains the instruction's source text, which may belong to an inlined function.
    public var file: TableFile
    /// The line, from 1; 0 or negative where there is none.
    public var line: Int32
    /// The inlined call that the instruction comes from, by its index in the function's inline tree; nil for
    /// the function's own text.
    public var inlined: Int32?
  }

  /// One element of ``callers(at:)``.
  public struct Caller: Hashable, Sendable {
    /// The file; nil where the table does not say.
    public var file: TableFile?
    /// The line, from 1; 0 or negative where there is none.
    public var line: Int32
    /// The inlined function whose text is there; nil for the function itself, which always comes last.
    public var name: TableName?
  }

  /// The tables of a function that are read together.
  private struct Values {
    var file: PCValues
    var line: PCValues
    var inlined: PCValues
  }

  /// The most elements of a chain of inlined calls. The inliner's budget
  /// (`cmd/compile/internal/inline/inl.go`, inlineMaxBudget) keeps chains far shorter; the longest in
  /// `cmd/compile` has 7 elements.
  private static let depthLimit = 256

  private let table: LineTable
  private let function: TableFunction
  /// The index of the inline tree in ``LineTable/funcdata``, in bytes; nil for a function without inlined
  /// calls.
  private let tree: Int?
  private var instructions: Values
  /// The same tables, for the call sites, whose offsets do not ascend with the instructions.
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

  /// Returns the source position of an instruction; nil outside of the function and where the table does not
  /// say.
  public mutating func position(at address: UInt64) -> Position? {
    guard address >= function.entry, address < function.end else { return nil }
    return Self.position(at: address - function.entry, &instructions, table, function)
  }

  /// Returns the chain of inlined calls that an instruction comes from, innermost first. The first element is
  /// the instruction's own position, each following one is the call site of the one before, and the last one
  /// is in the function itself (`runtime/symtabinl.go`). Empty where the table does not say.
  public mutating func callers(at address: UInt64) -> [Caller] {
    position(at: address).map { callers(of: $0) } ?? []
  }

  /// Returns the chain of inlined calls that a position of this function comes from.
  public mutating func callers(of position: Position) -> [Caller] {
    var callers: [Caller] = []
    var here = Caller(file: position.file, line: position.line, name: nil)
    var index = position.inlined
    while let call = index, callers.count < Self.depthLimit {
      guard let node = inlinedCall(call) else { break }
      here.name = node.name
      callers.append(here)
      let parent = Self.position(at: UInt64(node.parentOffset), &calls, table, function)
      here = Caller(file: parent?.file, line: parent?.line ?? 0, name: nil)
      // The compiler numbers a call after the one that it is inlined into (`cmd/internal/obj/pcln.go`,
      // addBranch). So the numbers descend, and a damaged tree cannot loop.
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

  /// Reads a row of the inline tree: `runtime/symtabinl.go`, `inlinedCall`. Up to Go 1.19 it has 20 bytes,
  /// with a line and a file among them.
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
