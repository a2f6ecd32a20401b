import Listing
import ProgramModel

extension FunctionModeler {
  /// Adds what the function does with mutexes; only functions that lock or unlock one pay for it.
  mutating func addLocks(
    _ model: inout Function, _ text: borrowing Span<UInt8>, _ function: FunctionText
  ) {
    // What package sync does to its own mutexes is what its callers are judged by.
    if text.has("sync.", at: function.name.lowerBound)
      || text.has("internal/sync.", at: function.name.lowerBound)
    {
      return
    }
    guard let code = CodeGraph(text, function, dialect, sketch, graph), let flow = LockFlow(code, sketch)
    else {
      model.lockUse.locks = sketch.lockCalls.contains { !$0.call.isUnlock }
      model.lockUse.releases = sketch.lockCalls.contains { $0.call.isUnlock }
      return
    }
    model.lockUse = flow.use
    guard sketch.passing != .unknown, sketch.mayLeakLock, flow.mayLeak,
      !CallNature.namesLock(text, function.name)
    else { return }
    let instructions = (0..<sketch.codeLines).map { machine.instruction(text, function, $0, dialect) }
    let lines = LineGraph(sketch, graph, function)
    guard let values = ValueFlow(code, instructions, lines, machine.facts(sketch), text) else {
      diagnostics.unfollowedLocks += 1
      return
    }
    let (leaks, isWhole) = LockLeaks(flow, values, text, sketch).find()
    if !isWhole { diagnostics.unfollowedLocks += 1 }
    for leak in leaks {
      model.lockLeaks.append(
        LockLeak(
          lock: place(leak.lock, text, function), isRead: leak.isRead,
          wayOut: place(leak.wayOut, text, function), unlock: place(leak.unlock, text, function)))
    }
  }

  /// Whether the values of a function's registers matter, for which all its lines are needed.
  func mayLeakLock(_ text: borrowing Span<UInt8>, _ function: FunctionText) -> Bool {
    guard sketch.passing != .unknown, sketch.mayLeakLock,
      !CallNature.namesLock(text, function.name),
      let code = CodeGraph(text, function, dialect, sketch, graph), let flow = LockFlow(code, sketch)
    else { return false }
    return flow.mayLeak
  }

  /// An instruction's place. Go's listing has the line of what was inlined there; the function's own stands at an
  /// instruction before it, which belongs to the same call.
  private mutating func place(
    _ line: Int, _ text: borrowing Span<UInt8>, _ function: FunctionText
  ) -> LockLeak.Place {
    let own = stride(from: line, through: max(0, line - 40), by: -1).first { i in
      isOwn(text, function.lines[i], function)
    }
    return LockLeak.Place(
      address: function.lines[line].address, location: own.flatMap { location(text, function.lines[$0]) })
  }

  /// Whether an instruction's line is of the file that the function stands in.
  private func isOwn(
    _ text: borrowing Span<UInt8>, _ line: InstructionLine, _ function: FunctionText
  ) -> Bool {
    guard line.source >= 0, !function.file.isEmpty else { return false }
    let start = text.lastOffset(of: "/", in: function.file).map { $0 + 1 } ?? function.file.lowerBound
    let name = start..<function.file.upperBound
    let source = Int(line.source)
    return sameBytes(text, name, source..<source + name.count)
      && text[source + name.count] == UInt8(ascii: ":")
  }
}
