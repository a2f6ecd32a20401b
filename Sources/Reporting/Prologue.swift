import ProgramModel

/// Explains in words what each instruction of a prologue is for.
struct Prologue {
  let frame: StackFrame

  /// Returns one explanation for each instruction; empty for one that needs none.
  func explanations(of instructions: ArraySlice<ListedInstruction>) -> [String] {
    let check = splitCheck(in: instructions)
    var depth = 0
    return instructions.indices.map { i in
      let instruction = instructions[i]
      let taken = (instruction.depth ?? depth) - depth
      depth = instruction.depth ?? depth
      guard check.contains(i) else { return explanation(of: instruction, taking: taken) }
      if isBranch(instruction.text) { return "no room: grow the stack, start over" }
      // The check takes two to five instructions; the first one gets the explanation.
      return i == check.lowerBound ? question : ""
    }
  }

  /// Returns the range of the split check: from the entry to the branch after the last comparison; empty
  /// where there is none.
  private func splitCheck(in instructions: ArraySlice<ListedInstruction>) -> Range<Int> {
    guard let last = instructions.lastIndex(where: { $0.role == .splitCheck }) else {
      return instructions.startIndex..<instructions.startIndex
    }
    let next = last + 1
    let endsInBranch = next < instructions.endIndex && isBranch(instructions[next].text)
    return instructions.startIndex..<(endsInBranch ? next + 1 : next)
  }

  /// Returns what an instruction outside of the split check is for. `bytes` is how far it moves SP down.
  private func explanation(of instruction: ListedInstruction, taking bytes: Int) -> String {
    let taken = Figures.count(bytes, "byte")
    switch instruction.role {
    case .morestack: return "lets the stack grow"
    case .reservation: return bytes > 0 ? "reserves \(taken)" : "makes the room for the frame"
    case .savesFramePointer:
      return bytes > 0 ? "saves the frame pointer: \(taken)" : "saves the caller's frame pointer"
    case .setsFramePointer: return "sets the frame pointer"
    case .undecoded: return "not decoded by the disassembler"
    default: return bytes > 0 ? "takes \(taken)" : ""
    }
  }

  /// The question that the split check asks.
  private var question: String {
    switch frame.splitCheck {
    case .none: "is there room on the stack?"
    case .small: "is there room? frame ≤ 128 bytes"
    case .big: "is there room? frame > 128 bytes"
    case .huge: "is there room? frame > 4,096 bytes"
    }
  }

  /// Whether an instruction branches: J… on x86; B.cond, BLS, CBZ, TBNZ on arm64.
  private func isBranch(_ text: String) -> Bool {
    let mnemonic = text.prefix { $0 != " " }.uppercased()
    return ["J", "B", "CB", "TB"].contains { mnemonic.hasPrefix($0) }
  }
}
