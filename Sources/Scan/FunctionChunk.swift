import ProgramModel

/// The functions of one piece, until they move into the program's array.
///
/// A class with memory of its own, not an array: what leaves an array is copied, and a function holds six
/// arrays whose references would be counted.
@safe final class FunctionChunk: @unchecked Sendable {
  private var base: UnsafeMutablePointer<Function>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 128
    unsafe base = .allocate(capacity: capacity)
  }

  deinit {
    unsafe base.deinitialize(count: count)
    unsafe base.deallocate()
  }

  func append(_ function: consuming Function) {
    if count == capacity {
      capacity *= 2
      let larger = UnsafeMutablePointer<Function>.allocate(capacity: capacity)
      unsafe larger.moveInitialize(from: base, count: count)
      unsafe base.deallocate()
      unsafe base = larger
    }
    unsafe (base + count).initialize(to: function)
    count += 1
  }

  /// Changes each function.
  func change(_ body: (inout Function) -> Void) {
    for i in 0..<count { unsafe body(&base[i]) }
  }

  /// The functions of chunks as one array; the chunks are empty then.
  static func joined(_ chunks: [FunctionChunk]) -> [Function] {
    let count = chunks.reduce(0) { $0 + $1.count }
    return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      for chunk in chunks {
        unsafe (start + initialized).moveInitialize(from: chunk.base, count: chunk.count)
        initialized += chunk.count
        chunk.count = 0
      }
    }
  }
}
