import ProgramModel

/// Says in words what each instruction of a prologue is there for.
struct Prologue {
  let frame: StackFrame
  let callPush: Int

  /// One explanation an instruction; empty where there is nothing to say.
  func explanations(of instructions: ArraySlice<ListedInstruction>) -> [String] {
    var depth = 0
    var isTesting = false
    return instructions.map { instruction in
      let taken = (instruction.depth ?? depth) - depth
      depth = instruction.depth ?? depth
      if instruction.role == .splitCheck, !isBranch(instruction.text) {
        defer { isTesting = true }
        // The test is two to five instructions; the first one says what it is.
        return isTesting ? "" : check
      }
      return explanation(of: instruction, taking: taken)
    }
  }

  private func explanation(of instruction: ListedInstruction, taking bytes: Int) -> String {
    let taken = Figures.count(bytes, "byte")
    switch instruction.role {
    case .splitCheck: return "no room: grow the stack, start over"
    case .morestack: return "lets the stack grow"
    case .reservation: return bytes > 0 ? "reserves \(taken)" : "makes the room for the frame"
    case .savesFramePointer:
      return bytes > 0 ? "saves the frame pointer: \(taken)" : "saves the caller's frame pointer"
    case .setsFramePointer: return "sets the frame pointer"
    case .undecoded: return "not decoded by the disassembler"
    default: return bytes > 0 ? "takes \(taken)" : ""
    }
  }

  private var check: String {
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
    return mnemonic.hasPrefix("J") || mnemonic.hasPrefix("B") || mnemonic.hasPrefix("CB")
      || mnemonic.hasPrefix("TB")
  }
}
