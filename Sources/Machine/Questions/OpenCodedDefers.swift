import Listing

/// Finds the open-coded defers of a function by what it does to its frame.
///
/// The compiler (Go `cmd/compile/internal/ssagen/ssa.go`, openDeferRecord and openDeferExit) keeps a byte,
/// deferBits, zeroed at the entry. A defer statement stores its closure in a slot of its own and sets its
/// bit:
///
///     MOVQ AX, 0x38(SP)          the closure's slot; the slots of all bits lie side by side
///     MOVB $0x1, 0x17(SP)        deferBits, here for the first defer; $0x3 for the second, $0x7 …
///
/// and each exit clears one bit after another, calling what the slots hold:
///
///     MOVB $0x3, 0x17(SP)
///     MOVQ 0x48(SP), DX; MOVQ 0(DX), AX; CALL AX
///
/// A store of deferBits is left out where the next one follows without a call between them, or where no exit
/// can be reached; the closure's store never is. So the slots give the places, and deferBits gives their
/// number.
struct OpenCodedDefers {
  /// A defer statement.
  struct Site {
    /// The instruction that sets its bit or stores its closure; -1 where neither was found.
    var line: Int
    /// The slot of the frame that holds its closure, as an offset from SP; nil where it was not found.
    var slot: Int64?
    /// The stores to that slot: the line of each, and which of the words that it stores.
    var stores: [(line: Int, index: Int)] = []
  }

  /// A store of a value other than zero to deferBits.
  private struct MaskStore {
    /// The index of the store in ``operations``.
    var operation: Int
    var value: Int64
    var highBit: Int { 63 - value.leadingZeroBitCount }
    /// The slot of the word that was stored just before, without a call or branch between the two.
    var closureSlot: Int64?
  }

  /// A byte that may be deferBits. The words that are zeroed before it include the closures' slots.
  private struct Candidate {
    var slot: Int64
    /// How many words are zeroed before it.
    var wordsBefore: Int
  }

  /// The most pairs of a candidate and an instruction that are looked at. Where a function zeroes more bytes
  /// at its entry, only the first candidates are tried, 64 at least.
  private static let effort = 8_000_000

  private let operations: [FrameOperation]
  /// For each slot, the index in ``operations`` of the first store of a closure to it.
  private let closureStores: [Int64: Int]

  /// The bytes of a slot.
  private let word: Int64

  init(_ operations: [FrameOperation], word: Int64) {
    (self.operations, self.word) = (operations, word)
    var stores: [Int64: Int] = [:]
    for (i, operation) in operations.enumerated()
    where operation.storesClosure && stores[operation.slot] == nil { stores[operation.slot] = i }
    closureStores = stores
  }

  /// Returns the sites in the order of their bits. There is at least one, since the function defers.
  func sites() -> [Site] {
    places().map { place in
      var site = place
      for (i, operation) in operations.enumerated()
      where operation.storesClosure && operation.slot == place.slot {
        let before = operations[..<i].reversed().prefix { $0.line == operation.line }
        site.stores.append((operation.line, before.count))
      }
      return site
    }
  }

  /// Returns the sites without their stores.
  private func places() -> [Site] {
    var best: (score: Int, stores: [MaskStore])?
    let (candidates, words) = candidates()
    for candidate in candidates.prefix(max(64, Self.effort / max(1, operations.count))) {
      let stores = maskStores(candidate.slot)
      guard !stores.isEmpty else { continue }
      let score = stores.filter { isExit(after: $0.operation) || $0.closureSlot != nil }.count
      if best == nil || score > best?.score ?? 0 { best = (score, stores) }
    }
    guard let stores = best?.stores else {
      // The compiler left out every store of the mask; the slots that are zeroed with it remain.
      let zeroed = candidates.first { $0.wordsBefore > 0 }.map { words[..<$0.wordsBefore].sorted() } ?? []
      let sites = zeroed.compactMap { slot in closureStore(slot).map { Site(line: $0, slot: slot) } }
      return sites.isEmpty ? [Site(line: -1)] : sites
    }
    // An exit clears the bits from the highest one on, so what it stores never has bit 7. The compiler's
    // `$-2` does, where it knows that only the first defer is left.
    let bits = stores.filter { $0.value < 0x80 || !isExit(after: $0.operation) }.map(\.highBit)
    let count = (bits.max() ?? 0) + 1
    let slots = closureSlots(stores, count: count)
    return (0..<count).map { bit in
      let slot = slots.map { $0.first &+ $0.stride &* Int64(bit) }
      let mask = stores.first { $0.highBit == bit && $0.closureSlot != nil && $0.closureSlot == slot }
      if let mask { return Site(line: operations[mask.operation].line, slot: slot) }
      if let slot, let line = closureStore(slot) { return Site(line: line, slot: slot) }
      let setting = stores.first { $0.highBit == bit && !isExit(after: $0.operation) }
      return Site(line: setting.map { operations[$0.operation].line } ?? -1)
    }
  }

  /// Returns the bytes that are zeroed before the first call and are not results, and the words that are
  /// zeroed there. A result is loaded between `deferreturn` and RET.
  private func candidates() -> (bytes: [Candidate], words: [Int64]) {
    var zeroed: [Candidate] = []
    var met: Set<Int64> = []
    var words: [Int64] = []
    var results: Set<Int64> = []
    var constants = RegisterConstants()
    constants[zeroRegister] = 0
    var atEntry = true
    var behindDeferReturn = false
    for operation in operations {
      switch operation.kind {
      case .call, .indirectCall: atEntry = false
      case .deferReturn:
        atEntry = false
        behindDeferReturn = true
      case .stop: behindDeferReturn = false
      case .constant: constants[operation.register] = operation.value
      case .clobber, .loadWord, .or, .copy: constants[operation.register] = nil
      case .loadByte:
        constants[operation.register] = nil
        if behindDeferReturn { results.insert(operation.slot) }
      case .storeByte:
        let value = stored(operation, constants)
        if atEntry, value == 0, met.insert(operation.slot).inserted {
          zeroed.append(Candidate(slot: operation.slot, wordsBefore: words.count))
        }
      case .storeWord:
        if atEntry, !operation.storesClosure { words.append(operation.slot) }
      case .branch: break
      }
    }
    return (zeroed.filter { !results.contains($0.slot) }, words)
  }

  /// Returns the stores of a mask other than zero to a slot.
  private func maskStores(_ slot: Int64) -> [MaskStore] {
    var stores: [MaskStore] = []
    var constants = RegisterConstants()
    /// The masks that wait in another byte of the frame until the closure is made.
    var spilled: [Int64: Int64] = [:]
    var lastWord: (slot: Int64, line: Int)?
    for (i, operation) in operations.enumerated() {
      switch operation.kind {
      case .constant: constants[operation.register] = operation.value
      case .or: constants[operation.register] = (constants[operation.register] ?? 0) | operation.value
      case .copy: constants[operation.register] = constants[UInt8(truncatingIfNeeded: operation.value)]
      case .loadByte: constants[operation.register] = operation.slot == slot ? 0 : spilled[operation.slot]
      case .clobber, .loadWord: constants[operation.register] = nil
      case .call, .indirectCall, .deferReturn, .stop:
        lastWord = nil
        constants.removeAll()
      case .branch: lastWord = nil
      case .storeWord:
        if operation.storesClosure { lastWord = (operation.slot, operation.line) }
      case .storeByte where operation.slot == slot:
        guard let value = stored(operation, constants), value > 0 else { continue }
        let near = lastWord.flatMap { operation.line - $0.line <= 6 ? $0.slot : nil }
        stores.append(MaskStore(operation: i, value: value, closureSlot: near))
      case .storeByte: spilled[operation.slot] = stored(operation, constants)
      }
    }
    return stores
  }

  /// Returns the byte that is stored, where it is known. `MOVD $-1, R2; MOVB R2, 39(RSP)` stores $0xff.
  private func stored(_ operation: FrameOperation, _ constants: RegisterConstants) -> Int64? {
    let value = operation.register == noRegister ? operation.value : constants[operation.register]
    return value.map { $0 & 0xff }
  }

  /// Whether a store of the mask clears a bit: directly after it, a slot is loaded and called.
  private func isExit(after index: Int) -> Bool {
    var loaded = false
    for operation in operations[(index + 1)...].prefix(4) {
      switch operation.kind {
      case .loadWord: loaded = true
      case .indirectCall: return loaded
      case .clobber, .copy, .constant: break
      default: return false
      }
    }
    return false
  }

  /// Returns the slot of the first bit's closure, and the distance to the next bit's. The slots rise since Go
  /// 1.22 and fell before; the answer on which most stores of a new bit agree is right.
  private func closureSlots(_ stores: [MaskStore], count: Int) -> (first: Int64, stride: Int64)? {
    var best: (first: Int64, stride: Int64, votes: Int)?
    for stride in [word, -word] {
      var votes: [Int64: Int] = [:]
      for store in stores where !isExit(after: store.operation) {
        if let slot = store.closureSlot { votes[slot &- stride &* Int64(store.highBit), default: 0] += 2 }
      }
      for (first, agreeing) in votes {
        let isFilled = (0..<count).allSatisfy { closureStore(first &+ stride &* Int64($0)) != nil }
        let score = agreeing + (isFilled ? 1 : 0)
        if score > best?.votes ?? 0
          || score == best?.votes && stride == best?.stride && first < best?.first ?? 0
        {
          best = (first, stride, score)
        }
      }
    }
    return best.map { ($0.first, $0.stride) }
  }

  /// Returns the line of the first store of a closure to a slot.
  private func closureStore(_ slot: Int64) -> Int? { closureStores[slot].map { operations[$0].line } }
}
