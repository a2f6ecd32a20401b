import ByteText
import Listing
import ProgramModel

extension FunctionModeler {
  /// Adds what the function does with mutexes; only functions that lock or unlock one pay for it.
  mutating func addLocks(_ model: inout Function, _ code: Code) {
    let text = code.text
    // What package sync does to its own mutexes is what its callers are judged by.
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
    guard sketch.passing != .unknown, sketch.mayLeakLock, flow.mayLeak,
      !CallNature.namesLock(text, code.function.name)
    else { return }
    let instructions = (0..<sketch.codeLines).map { machine.instruction(code, $0) }
    guard let values = ValueFlow(graph, instructions, machine.facts(sketch), text) else {
      diagnostics.unfollowedLocks += 1
      return
    }
    let (leaks, isWhole) = LockLeaks(flow, values, text, sketch).find()
    if !isWhole { diagnostics.unfollowedLocks += 1 }
    for leak in leaks {
      model.lockLeaks.append(
        LockLeak(
          lock: place(leak.lock, code), isRead: leak.isRead,
          wayOut: place(leak.wayOut, code), unlock: place(leak.unlock, code)))
    }
  }

  /// Whether the values of a function's registers matter, for which all its lines are needed. Makes the graph of those that
  /// there are.
  mutating func mayLeakLock(_ code: Code) -> Bool {
    guard sketch.passing != .unknown, sketch.mayLeakLock,
      !CallNature.namesLock(code.text, code.function.name)
    else { return false }
    graph.reset(sketch, stack, code)
    graph.findPredecessors()
    return lockFlow(code)?.mayLeak ?? false
  }

  /// Where it locks and unlocks; nil where the text does not settle its flow.
  private func lockFlow(_ code: Code) -> LockFlow? {
    guard sketch.lostStep < 0, !code.function.isTooLarge, stack.tableJumps.count < 2, graph.isWhole,
      // A branch out of the function is no way of the graph.
      sketch.calls.allSatisfy({ $0.kind != .tail || graph.nodes[Int(graph.nodeOfLine[Int($0.line)])].isStop })
    else { return nil }
    let isReturn = graph.nodes.map { node in
      node.isStop && machine.instruction(code, node.lines.upperBound - 1).kind == .returns
    }
    return LockFlow(graph, isReturn: isReturn, sketch)
  }

  /// An instruction's place. Go's listing has the line of what was inlined there; the function's own stands at an
  /// instruction before it, which belongs to the same call.
  private mutating func place(_ line: Int, _ code: Code) -> LockLeak.Place {
    let own = stride(from: line, through: max(0, line - 40), by: -1).first { i in
      isOwn(code, code.lines[i])
    }
    return LockLeak.Place(
      address: code.lines[line].address, location: own.flatMap { location(code.text, code.lines[$0]) })
  }

  /// Whether an instruction's line is of the file that the function stands in.
  private func isOwn(_ code: Code, _ line: InstructionLine) -> Bool {
    let text = code.text
    guard line.source >= 0, !code.function.file.isEmpty else { return false }
    let start =
      text.lastOffset(of: "/", in: code.function.file).map { $0 + 1 } ?? code.function.file.lowerBound
    let name = start..<code.function.file.upperBound
    let source = Int(line.source)
    return sameBytes(text, name, source..<source + name.count)
      && text[source + name.count] == UInt8(ascii: ":")
  }
}
