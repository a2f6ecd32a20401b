/// A range of a function's code in which SP does not move and one pointer map applies.
public struct StackStretch: Hashable, Sendable {
  /// The addresses of its instructions.
  public var addresses: Range<UInt64>
  /// The distance of SP below the SP at entry, in bytes (pcsp, `runtime/symtab.go`, `funcspdelta`).
  public let depth: Int
  /// The number of the function's map that applies: stretches of one number share a map.
  public let map: Int
}

extension LineTable {
  /// Returns the stretches of a function's code, by ascending address, without padding. Nil for a function
  /// without a pcsp table, or with a damaged one.
  ///
  /// - Parameter function: its index in ``functions``.
  public func stackStretches(of function: Int) -> [StackStretch]? {
    let function = functions[function]
    guard function.frameBytes != nil else { return nil }
    var stretches: [StackStretch] = []
    var depths = PCValues(header, offset: function.pcsp, size: function.size)
    var maps = values(.stackMapIndex, function)
    let span = table.storage.span
    while depths.step(span) {
      var start = depths.start
      while start < depths.end {
        while maps.end <= start, maps.step(span) {}
        let isMapped = maps.end > start
        let end = isMapped ? min(maps.end, depths.end) : depths.end
        let addresses = function.entry + start..<function.entry + end
        // The same rule as in ``PointerMapCursor/map(at:)``.
        let map = isMapped ? max(0, Int(maps.value)) : 0
        if let last = stretches.last, last.depth == Int(depths.value), last.map == map {
          stretches[stretches.count - 1].addresses = last.addresses.lowerBound..<addresses.upperBound
        } else {
          stretches.append(StackStretch(addresses: addresses, depth: Int(depths.value), map: map))
        }
        start = end
      }
    }
    return stretches
  }
}
