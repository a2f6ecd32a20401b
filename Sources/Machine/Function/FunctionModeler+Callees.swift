import ByteText
import Listing
import ProgramModel

extension FunctionModeler {
  /// Adds the callees of the `go` statements, defers and indirect calls of a model, as far as the text gives
  /// them.
  ///
  /// `runtime.newproc`, `deferproc` and `deferprocat` take a closure in the first register, `deferprocStack`
  /// a record in the frame (Go `runtime/runtime2.go`, `_defer`: the closure is three words from its start).
  ///
  /// - Parameter openSites: the open-coded defers, in the order of the model's last defer sites.
  mutating func addCallees(_ model: inout Function, _ openSites: [OpenCodedDefers.Site], _ code: Code) {
    let text = code.text
    values.reset(sketch, graph)
    defer { values.leave() }
    for (i, line) in sketch.goCalls.enumerated() {
      model.goStatements[i].callee = argument(of: line, code)
    }
    var site = 0
    for call in sketch.deferCalls {
      switch call.kind {
      case .exit, .rangeParent: continue
      case .heap, .range: model.deferSites[site].callee = argument(of: call.line, code)
      case .stack:
        guard let firstArgument else { break }
        let record = values.value(of: firstArgument, before: Int(call.line), code)
        let closure = values.word(at: record, 3 * machine.word, before: Int(call.line), code)
        model.deferSites[site].callee = callee(
          values.code(ofClosure: closure, at: Int(call.line), code), text)
      }
      site += 1
    }
    var deferred: [Int64: Callee] = [:]
    for (i, open) in openSites.enumerated() {
      guard let slot = open.slot else { continue }
      let callee = callee(values.code(ofDefer: open.stores, code), text)
      model.deferSites[site + i].callee = callee
      deferred[slot] = callee
    }
    values.deferSlots = Set(deferred.keys)
    guard dialect.followsIndirectCalls || !openSites.isEmpty else { return }
    for (i, line) in sketch.indirectCalls.enumerated() {
      let target = target(of: Int(line), code)
      if case .deferredCode(let slot) = target {
        model.indirectCalls[i].callee = deferred[slot] ?? .open(.frame)
      } else {
        model.indirectCalls[i].callee = callee(target, text)
      }
    }
  }

  /// The place of a call's first argument; nil where the calling convention is not known.
  private var firstArgument: PointerTrace.Place? {
    switch sketch.passing {
    case .usual where machine.facts.passesInRegisters: .register(machine.facts.firstResult)
    case .usual, .onStack: .slot(machine.facts.argumentOffset)
    case .unknown: nil
    }
  }

  /// Returns the code of the closure that is a call's first argument.
  private mutating func argument(of line: Int32, _ code: Code) -> Callee {
    guard let firstArgument else { return .open(.computed) }
    let closure = values.value(of: firstArgument, before: Int(line), code)
    return callee(values.code(ofClosure: closure, at: Int(line), code), code.text)
  }

  /// Returns the address of code to which a call or jump through a register or memory goes.
  private mutating func target(of line: Int, _ code: Code) -> PointerTrace.Value {
    let operand = machine.instruction(code, line).target
    switch operand.kind {
    case .register, .indirect:
      guard operand.register != instructionPointer else { return .open(.computed) }
      return values.value(of: .register(operand.register), before: line, code)
    case .memory where operand.index == noRegister && operand.register != instructionPointer:
      return values.word(at: operand.register, operand.value, before: line, code)
    default: return .open(.computed)
    }
  }

  /// Returns the callee for a value that is an address of code; an open one for any other value.
  private mutating func callee(_ code: PointerTrace.Value, _ text: borrowing Span<UInt8>) -> Callee {
    switch code {
    case .address(let address, let symbol):
      let target = symbol.isEmpty ? nil : names.intern(text.extracting(dialect.plain(symbol, text)))
      return Callee(target: target, entry: address == .max ? nil : address)
    case .code(let symbol): return Callee(target: names.intern(text.extracting(symbol)), entry: nil)
    case .word(let address): return .word(at: address)
    case .open(let reason): return .open(reason)
    case .number, .frame, .object, .deferSlot, .deferredCode: return .open(.computed)
    }
  }
}
