public import CallGraph
public import ProgramModel

/// One function in full, and what surrounds it.
public struct ShowReport: Sendable {
  /// The model that it stands in.
  public var program: Program
  /// Its place in the program.
  public var index: Int
  /// Its instructions; empty where the text was not kept.
  public var listing: [ListedInstruction]
  /// What is known of the call graph; nil leaves it out.
  public var depth: Depth?

  /// - Parameters:
  ///   - program: the model that it stands in.
  ///   - index: its place in the program.
  ///   - listing: its instructions.
  ///   - depth: what is known of the call graph; nil leaves it out.
  public init(program: Program, index: Int, listing: [ListedInstruction], depth: Depth? = nil) {
    self.program = program
    self.index = index
    self.listing = listing
    self.depth = depth
  }

  var function: Function { program.functions[index] }

  /// The instructions of the prologue: from the entry to the last one that makes the frame, before the
  /// first that does the function's own work.
  var prologue: ArraySlice<ListedInstruction> {
    let work = listing.firstIndex { instruction in
      switch instruction.role {
      case .deferSite, .deferReturn, .atomic, .call, .tailJump, .indirectCall, .goStatement, .release: true
      default: false
      }
    }
    let head = listing[..<(work ?? listing.endIndex)]
    let last = head.lastIndex { instruction in
      switch instruction.role {
      case .splitCheck, .reservation, .savesFramePointer, .setsFramePointer: true
      default: false
      }
    }
    return last.map { head[...$0] } ?? []
  }

  /// What a function calls, or jumps to: each target once.
  struct Callee {
    var target: NameID
    var entry: UInt64?
    var kind: CallSite.Kind
    var sites: [CallSite]
  }

  /// In the order of their first site.
  var callees: [Callee] {
    var places: [String: Int] = [:]
    var all: [Callee] = []
    for site in function.calls {
      let key = "\(site.target.index) \(site.kind.rawValue)"
      if let place = places[key] {
        all[place].sites.append(site)
      } else {
        places[key] = all.count
        all.append(Callee(target: site.target, entry: site.targetEntry, kind: site.kind, sites: [site]))
      }
    }
    return all
  }

  /// A place that a function is called, jumped to or started as a goroutine from.
  struct Caller {
    enum Kind: String {
      case call, tail, go
    }

    var function: Function
    var address: UInt64
    var line: Int32?
    var kind: Kind
  }

  /// In address order.
  var callers: [Caller] {
    let own = function
    let names = Set([own.name] + own.aliases)
    return program.functions.flatMap { caller in
      caller.calls.compactMap { site in
        guard site.targetEntry.map({ $0 == own.entry }) ?? names.contains(site.target) else { return nil }
        return Caller(
          function: caller, address: site.address, line: site.line, kind: site.kind == .call ? .call : .tail)
      }
        + caller.goStatements.compactMap { site in
          guard let target = site.target, names.contains(target) else { return nil }
          return Caller(function: caller, address: site.address, line: site.line, kind: .go)
        }
    }
  }
}
