import ByteText
public import Listing
public import ProgramModel

extension FunctionModeler {
  /// Returns the instructions of the function that was modelled last, each with its depth of SP and its role
  /// in the model.
  ///
  /// - Parameter function: the function's lines, in full.
  public mutating func listed(_ text: borrowing Span<UInt8>, _ function: FunctionText) -> [ListedInstruction]
  {
    let code = Code(copy text, function, dialect)
    var roles = roles(code)
    var list: [ListedInstruction] = []
    var step = 0
    var depth: Int? = 0
    for i in 0..<sketch.codeLines {
      let line = code.lines[i]
      // The depth after this instruction is the depth before the next step.
      while step < sketch.steps.count, Int(sketch.steps[step].line) <= i { step += 1 }
      if step < sketch.steps.count {
        depth = stack.depths[step] >= 0 ? Int(stack.depths[step]) : nil
      } else {
        depth = nil
      }
      list.append(
        ListedInstruction(
          address: line.address, text: folded(text, Int(line.mnemonic)..<Int(line.end)),
          location: location(text, line), depth: depth, role: roles.removeValue(forKey: i)))
    }
    return list
  }

  /// Returns the roles of instructions by line; where one has several, the more specific one.
  private func roles(_ code: Code) -> [Int: ListedInstruction.Role] {
    var roles: [Int: ListedInstruction.Role] = [:]
    for step in sketch.steps {
      switch step.operation {
      case .moveSP: roles[Int(step.line)] = step.value < 0 ? .reservation : .release
      case .setSP where step.line < 16: roles[Int(step.line)] = .reservation
      case .setSP: roles[Int(step.line)] = .release
      case .copySP where step.register == machine.facts.framePointer && step.line < 16:
        roles[Int(step.line)] = .setsFramePointer
      default: break
      }
    }
    for call in sketch.calls { roles[Int(call.line)] = call.kind == .tail ? .tailJump : .call }
    for call in sketch.calls where sketch.isMorestack(call) { roles[Int(call.line)] = .morestack }
    for line in sketch.indirectCalls { roles[Int(line)] = .indirectCall }
    for line in sketch.goCalls { roles[Int(line)] = .goStatement }
    for call in sketch.deferCalls { roles[Int(call.line)] = call.kind == .exit ? .deferReturn : .deferSite }
    for atomic in sketch.atomics { roles[Int(atomic.line)] = .atomic }
    for line in sketch.openSites { roles[line] = .deferSite }
    for line in sketch.undecodedLines { roles[Int(line)] = .undecoded }
    if let line = framePointerStore(code) { roles[line] = .savesFramePointer }
    if sketch.splitLine >= 0 { roles[Int(sketch.splitLine)] = .splitCheck }
    return roles
  }

  /// Returns the line that stores the caller's frame pointer.
  private func framePointerStore(_ code: Code) -> Int? {
    guard sketch.framePointerLine >= 0 else { return nil }
    let line = Int(sketch.framePointerLine)
    guard dialect.architecture == .arm64 else { return line }
    // On arm64 the sketch notes the line that sets R29; R29 was stored a little before, alone or together
    // with R30.
    return (0..<line).last { i in
      let range = Int(code.lines[i].mnemonic)..<Int(code.lines[i].end)
      return code.text.firstOffset(of: "R29", in: range) != nil
        || code.text.firstOffset(of: "x29", in: range) != nil
    }
  }

  /// Returns the text of an instruction, each run of blanks and control characters as one blank.
  private func folded(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
    var bytes: [UInt8] = []
    for i in range {
      if text[i] <= 0x20 {
        if bytes.last != 0x20 { bytes.append(0x20) }
      } else {
        bytes.append(text[i])
      }
    }
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
