import GoBinary
import ProgramModel

/// Resolves the part of ``Callee`` that text cannot tell: the words in the binary's data that hold addresses
/// of code.
enum CalleeWords {
  /// Replaces the address of each callee's word by the entry in that word. A callee whose word is not in
  /// read-only data becomes open.
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
