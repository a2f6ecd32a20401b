import GoBinary
import ProgramModel

/// The part of ``Callee`` that text cannot tell: where the address of the code stands in the binary's data.
enum CalleeWords {
  /// Puts the words of the binary in place of where they stand. What stands elsewhere is open.
  static func read(_ program: inout Program, from binary: BinaryFile) throws(BinaryError) {
    var places: Set<UInt64> = []
    for f in program.functions.indices {
      program.functions[f].changeCallees { callee in if let word = callee.word { places.insert(word) } }
    }
    guard !places.isEmpty else { return }
    let words = binary.isObject ? [:] : try ReadOnlyData(binary).words(at: places)
    for f in program.functions.indices {
      program.functions[f].changeCallees { callee in
        guard let word = callee.word else { return }
        callee = words[word].map { Callee(target: nil, entry: $0) } ?? .open(.data)
      }
    }
  }
}
