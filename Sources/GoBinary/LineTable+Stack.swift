extension LineTable {
  /// The tables of values along a function's code, by their indices in its pcdata (`internal/abi/symtab.go`).
  enum PCData: UInt32 {
    case stackMapIndex = 1
    case inlineIndex = 2
  }

  /// The data of a function, by their indices in its funcdata (`internal/abi/symtab.go`).
  enum FuncData: UInt8 {
    case argumentMaps = 0
    case localMaps = 1
    case inlineTree = 3
    case openDefers = 4
  }

  /// Returns the depth of SP along a function's code. Each element gives the bytes below the SP at entry,
  /// from its address up to that of the next element. Nil for a function without such a table, or with a
  /// damaged one.
  ///
  /// - Parameter function: its index in ``functions``.
  public func stackDepths(of function: Int) -> [(address: UInt64, bytes: Int)]? {
    let function = functions[function]
    guard function.frameBytes != nil else { return nil }
    var depths: [(address: UInt64, bytes: Int)] = []
    var values = PCValues(header, offset: function.pcsp, size: function.size)
    let span = table.storage.span
    // No function has as many steps. Each takes 16 bytes here, and may take only two in the file.
    while depths.count < 1 << 20, values.step(span) {
      depths.append((function.entry + values.start, Int(values.value)))
    }
    return depths.count < 1 << 20 ? depths : nil
  }

  /// Returns the map of the words in a function's frame that hold pointers while a call at this address runs;
  /// nil where there is no map. Use ``pointerMaps(of:)`` for many addresses.
  ///
  /// - Parameter function: its index in ``functions``.
  public func pointerMap(of function: Int, at address: UInt64) -> PointerMap? {
    var cursor = pointerMaps(of: function)
    return cursor.map(at: address)
  }

  /// Returns a cursor over the pointer maps along a function.
  ///
  /// - Parameter function: its index in ``functions``.
  public func pointerMaps(of function: Int) -> PointerMapCursor {
    PointerMapCursor(self, functions[function])
  }

  /// Returns the slots of a function's open-coded defers; nil when it has none, or when the data are damaged
  /// (`runtime/panic.go`, `initOpenCodedDefers`).
  ///
  /// - Parameter function: its index in ``functions``.
  public func openDefers(of function: Int) -> OpenDefers? {
    let function = functions[function]
    guard let frame = function.frameBytes, let place = place(ofFuncdata: .openDefers, function),
      let (bits, behind) = varint(place), let (second, _) = varint(behind)
    else { return nil }
    let top = frame - savedFramePointer
    if !countsOpenDefers {
      return OpenDefers(deferBits: top - bits, firstSlot: top - second, count: nil, slots: [])
    }
    // Up to Go 1.21 the last defer comes first (`cmd/compile/internal/ssagen/ssa.go`, emitOpenDeferInfo).
    var slots: [Int] = []
    var next = behind
    guard let (count, start) = varint(next), 1...8 ~= count else { return nil }
    next = start
    for _ in 0..<count {
      guard let (slot, behind) = varint(next) else { return nil }
      slots.append(top - slot)
      next = behind
    }
    slots.reverse()
    return OpenDefers(deferBits: top - bits, firstSlot: slots[0], count: count, slots: slots)
  }

  /// Whether the data of open-coded defers have the form of Go 1.21 and older. There, the second number is
  /// how many defers there are, from 1 to 8. In later versions, it is the distance of the first slot below
  /// the frame's top, and in no program are all of these within one word.
  func countingOpenDefers() -> Bool {
    var isOld = false
    for function in functions where function.funcdataCount > FuncData.openDefers.rawValue {
      guard let place = place(ofFuncdata: .openDefers, function), let (_, next) = varint(place),
        let (second, _) = varint(next)
      else { continue }
      if second > 8 { return false }
      isOld = true
    }
    return isOld
  }

  func values(_ kind: PCData, _ function: TableFunction) -> PCValues {
    let rowSize = header.layout.rowSize(pointerSize: header.pointerSize)
    let offset =
      kind.rawValue < function.pcdataCount
      ? table.u32(function.row + rowSize + Int(kind.rawValue) * 4) ?? 0 : 0
    return PCValues(header, offset: offset, size: function.size)
  }

  /// Returns the index in ``funcdata`` at which some data of a function begin (`runtime/symtab.go`,
  /// `funcdata`).
  func place(ofFuncdata kind: FuncData, _ function: TableFunction) -> Int? {
    guard
      let pointer = Self.funcdata(kind.rawValue, function, table, header, address),
      let place = Int(exactly: funcdataBase &+ pointer &- funcdataAddress), place < funcdata.count
    else { return nil }
    return place
  }

  /// Returns the pointer to some data of a function: an offset from gofunc; up to Go 1.17 an address, which
  /// the table aligns.
  static func funcdata(
    _ kind: UInt8, _ function: TableFunction, _ table: Bytes, _ header: LineTableHeader, _ address: UInt64
  ) -> UInt64? {
    guard kind < function.funcdataCount else { return nil }
    var place =
      function.row + header.layout.rowSize(pointerSize: header.pointerSize) + Int(function.pcdataCount) * 4
    guard header.layout == .go116 else {
      return table.u32(place + Int(kind) * 4).flatMap { $0 == .max ? nil : UInt64($0) }
    }
    let width = header.pointerSize
    if width == 8, (address &+ UInt64(place)) & 4 != 0 { place += 4 }
    return table.word(place + Int(kind) * width, is64: width == 8).flatMap { $0 == 0 ? nil : $0 }
  }

  static func firstFuncdata(
    _ functions: [TableFunction], _ table: Bytes, _ header: LineTableHeader, _ address: UInt64
  ) -> UInt64? {
    for function in functions {
      for kind in 0..<function.funcdataCount {
        if let pointer = funcdata(kind, function, table, header, address) { return pointer }
      }
    }
    return nil
  }

  /// Reads one map of a `stackmap` (`runtime/symtab.go`), which holds the number of maps, the number of bits
  /// in each, and then the maps.
  func pointerBits(_ kind: FuncData, _ function: TableFunction, _ index: Int) -> PointerMap.Bits? {
    guard let place = place(ofFuncdata: kind, function), let count = funcdata.u32(place),
      let bitCount = funcdata.u32(place + 4), index < count
    else { return nil }
    let size = (Int(bitCount) + 7) / 8
    let start = place + 8 + index * size
    guard start + size <= funcdata.count else { return nil }
    return PointerMap.Bits(count: Int(bitCount), bytes: funcdata.storage[start..<start + size])
  }

  private func varint(_ place: Int) -> (value: Int, next: Int)? {
    var value = 0
    for i in 0..<5 {
      guard let byte = funcdata.u8(place + i) else { return nil }
      value |= Int(byte & 0x7f) << (7 * i)
      if byte < 0x80 { return (value, place + i + 1) }
    }
    return nil
  }
}
