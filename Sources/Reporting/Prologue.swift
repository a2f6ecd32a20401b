import ProgramModel

/// Says in words what each instruction of a prologue is there for.
struct Prologue {
  let frame: StackFrame

  /// One explanation an instruction; empty where there is nothing to say.
  func explanations(of instructions: ArraySlice<ListedInstruction>) -> [String] {
    let check = splitCheck(in: instructions)
    var depth = 0
    return instructions.indices.map { i in
      let instruction = instructions[i]
      let taken = (instruction.depth ?? depth) - depth
      depth = instruction.depth ?? depth
      guard check.contains(i) else { return explanation(of: instruction, taking: taken) }
      if isBranch(instruction.text) { return "no room: grow the stack, start over" }
      // The test is two to five instructions; the first one says what it is.
      return i == check.lowerBound ? question : ""
    }
  }

  /// The test for room: from the entry to the branch behind the last comparison.
  private func splitCheck(in instructions: ArraySlice<ListedInstruction>) -> Range<Int> {
    guard let last = instructions.lastIndex(where: { $0.role == .splitCheck }) else {
      return instructions.startIndex..<instructions.startIndex
    }
    let next = last + 1
    let endsInBranch = next < instructions.endIndex && isBranch(instructions[next].text)
    return instructions.startIndex..<(endsInBranch ? next + 1 : next)
  }

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

  private var question: String {
    switch frame.splitCheck {
    case .none: "is there room on the stack?"
    case .small: "is there room? frame ≤ 128 bytes"
    case .big: "is there room? frame > 128 bytes"
    case .huge: "is there room? frame > 4,096 bytes"
    }
  }

  /// J… on x86; B.cond, BLS, CBZ, TBNZ on arm64.
  private func isBranch(_ text: String) -> Bool {
    let mnemonic = text.prefix { $0 != " " }.uppercased()
    return ["J", "B", "CB", "TB"].contains { mnemonic.hasPrefix($0) }
  }
}
