import ByteText
import Listing
import ProgramModel

extension FunctionModeler {
  /// Adds what the function does with mutexes. This costs time only for functions that lock or unlock one.
  mutating func addLocks(_ model: inout Function, _ code: Code) {
    let text = code.text
    // The functions of package sync are what their callers are judged by, so they are left out themselves.
    if text.has("sync.", at: code.function.name.lowerBound)
      || text.has("internal/sync.", at: code.function.name.lowerBound)
    {
      return
    }
    guard let flow = lockFlow(code) else {
      model.lockUse.locks = sketch.lockCalls.contains { !$0.call.isUnlock }
      model.lockUse.releases = sketch.lockCalls.contains { $0.call.isUnlock }
      return
    }
    model.lockUse = flow.use
    guard sketch.passing != .unknown, sketch.mayLeakLock, flow.mayLeak else { return }
    let instructions = (0..<sketch.codeLines).map { machine.instruction(code, $0) }
    guard let values = ValueFlow(graph, instructions, machine.facts(sketch), text) else {
      diagnostics.unfollowedLocks += 1
      return
    }
    let (leaks, isWhole) = LockLeaks(
      flow, values, text, sketch, mayReturnLocked: CallNature.namesLock(text, code.function.name)
    ).find()
    if !isWhole { diagnostics.unfollowedLocks += 1 }
    for leak in leaks {
      var found = LockLeak(
        lock: place(leak.lock, code), isRead: leak.isRead,
        wayOut: place(leak.wayOut, code), unlock: place(leak.unlock, code))
      found.calls = leak.calls.map { code.lines[$0].address }
      model.lockLeaks.append(found)
    }
  }

  /// Whether a mutex may leak, so that the values of registers matter and all lines of the function are
  /// needed. Makes the graph of the lines that there are.
  mutating func mayLeakLock(_ code: Code) -> Bool {
    guard sketch.passing != .unknown, sketch.mayLeakLock else { return false }
    graph.reset(sketch, stack, code)
    graph.findPredecessors()
    return lockFlow(code)?.mayLeak ?? false
  }

  /// Returns the locks and unlocks along the control flow; nil where the text does not settle that flow.
  private func lockFlow(_ code: Code) -> LockFlow? {
    guard sketch.lostStep < 0, !code.function.isTooLarge, stack.tableJumps.count < 2, graph.isWhole,
      // A conditional branch out of the function is no edge of the graph.
      sketch.calls.allSatisfy({ $0.kind != .tail || graph.nodes[Int(graph.nodeOfLine[Int($0.line)])].isStop })
    else { return nil }
    let isReturn = graph.nodes.map { node in
      node.isStop && machine.instruction(code, node.lines.upperBound - 1).kind == .returns
    }
    return LockFlow(graph, isReturn: isReturn, sketch)
  }

  /// Returns the place of an instruction. Where code was inlined, Go's listing has the inlined line; an
  /// earlier instruction, which belongs to the same call, has the function's own line.
  private mutating func place(_ line: Int, _ code: Code) -> LockLeak.Place {
    let own = stride(from: line, through: max(0, line - 40), by: -1).first { i in
      isOwn(code, code.lines[i])
    }
    return LockLeak.Place(
      address: code.lines[line].address, location: own.flatMap { location(code.text, code.lines[$0]) })
  }

  /// Whether the source line of an instruction is in the file in which the function is declared.
  private func isOwn(_ code: Code, _ line: InstructionLine) -> Bool {
    let text = code.text
    guard line.source >= 0, !code.function.file.isEmpty else { return false }
    let start =
      text.lastOffset(of: "/", in: code.function.file).map { $0 + 1 } ?? code.function.file.lowerBound
    let name = start..<code.function.file.upperBound
    let source = Int(line.source)
    return text.areSame(name, source..<source + name.count)
      && text[source + name.count] == UInt8(ascii: ":")
  }
}
