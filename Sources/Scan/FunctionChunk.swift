import ProgramModel

/// The functions of one piece of a listing, until they move into the program's array.
///
/// It is a class with memory of its own rather than an array: an element that leaves an array is copied,
/// which retains the six arrays that each function holds.
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

  /// Moves the functions of several chunks into one array, in order, and changes each on the way. The chunks
  /// are empty afterwards.
  ///
  /// - Parameters:
  ///   - chunks: the chunks.
  ///   - jobs: the number of workers to divide the work for.
  ///   - change: changes a function; also receives the index of its chunk.
  static func joined(
    _ chunks: [FunctionChunk], jobs: Int, _ change: @Sendable (inout Function, Int) -> Void
  ) -> [Function] {
    var moves: [Move] = []
    var count = 0
    for (place, chunk) in chunks.enumerated() {
      moves.append(Move(chunk: chunk, place: place, offset: count))
      count += chunk.count
    }
    return unsafe Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let start = buffer.baseAddress else { return }
      let target = unsafe Target(start: start)
      Parallel.forEach(&moves, jobs: jobs) { move in
        let chunk = move.chunk
        for i in 0..<chunk.count { unsafe change(&chunk.base[i], move.place) }
        unsafe (target.start + move.offset).moveInitialize(from: chunk.base, count: chunk.count)
        chunk.count = 0
      }
    }
  }

  private struct Move {
    let chunk: FunctionChunk
    let place: Int
    let offset: Int
  }

  /// The memory of the new array. Each part of it is written by only one worker.
  @safe
  private struct Target: @unchecked Sendable {
    let start: UnsafeMutablePointer<Function>
  }
}
