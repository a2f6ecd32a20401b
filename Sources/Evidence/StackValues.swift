public import ProgramModel

/// The values of a stack's words, of either width, as addresses in the binary: they tell which functions a
/// ``RawStack`` needs the instructions of.
public struct StackValues: Sendable {
  /// In ascending order.
  private let values: [UInt64]

  /// Reads the words of a stack.
  ///
  /// - Parameter slide: how far the loader moved the program, in bytes.
  public init(_ memory: StackWords, slide: UInt64) {
    var all: Set<UInt64> = []
    for architecture in [Architecture.amd64, .i386] {
      for word in RawStack.words(memory, architecture.word) { all.insert(word.value &- slide) }
    }
    values = all.sorted()
  }

  /// Whether one of them may be a return address in a function: it lies behind the entry, at most at the end.
  public func mayReturn(into function: borrowing Function) -> Bool {
    let next = values.partitioningIndex { [entry = function.entry] in $0 > entry }
    return next < values.count && values[next] <= function.entry &+ UInt64(function.size)
  }
}
