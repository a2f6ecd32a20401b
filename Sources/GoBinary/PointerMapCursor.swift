/// Finds the pointer maps along one function's code. It is fastest when asked for ascending addresses.
public struct PointerMapCursor: Sendable {
  private let table: LineTable
  private let function: TableFunction
  private var indices: PCValues

  init(_ table: LineTable, _ function: TableFunction) {
    self.table = table
    self.function = function
    indices = table.values(.stackMapIndex, function)
  }

  /// Returns the map that applies while a call at this address runs; nil where there is none. Between two
  /// calls, the map of the first applies; in the prologue, that of the entry (`runtime/stkframe.go`,
  /// `getStackMap`).
  public mutating func map(at address: UInt64) -> PointerMap? {
    guard let frame = function.frameBytes, address >= function.entry, address < function.end else {
      return nil
    }
    let bytes = table.table.storage
    let index = max(0, Int(indices.value(at: address - function.entry, in: bytes.span) ?? 0))
    let word = table.header.pointerSize
    let locals = table.pointerBits(.localMaps, function, index)
    let arguments = table.pointerBits(.argumentMaps, function, index)
    guard locals != nil || arguments != nil else { return nil }
    // Locals end at the saved frame pointer. Arguments begin above the return address, which a call pushes on
    // amd64, and above the room for it on arm64 (`runtime/traceback.go:384`).
    let localsEnd = frame - (frame > 0 ? table.savedFramePointer : 0)
    return PointerMap(
      locals: PointerMap.Slots(
        offset: localsEnd - (locals?.count ?? 0) * word, wordBytes: word, bits: locals),
      arguments: PointerMap.Slots(offset: frame + word, wordBytes: word, bits: arguments))
  }
}
