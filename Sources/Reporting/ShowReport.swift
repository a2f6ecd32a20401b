public import CallGraph
public import ProgramModel

/// One function in full, with its callees and callers.
public struct ShowReport: Sendable {
  /// The model that contains it.
  public var program: Program
  /// Its index in the program's functions.
  public var index: Int
  /// Its instructions; empty where the text was not kept.
  public var listing: [ListedInstruction]
  /// The worst cases of the call graph; nil leaves them out.
  public var depth: Depth?

  /// Makes a report with all its parts.
  public init(program: Program, index: Int, listing: [ListedInstruction], depth: Depth? = nil) {
    self.program = program
    self.index = index
    self.listing = listing
    self.depth = depth
  }

  var function: Function { program.functions[index] }

  /// The instructions of the prologue: from the entry to the last one that sets up the frame, before the
  /// first one that does the function's own work. Empty where the text was not kept.
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

  /// A target that the function calls or jumps to, with all sites that do.
  struct Callee {
    /// The target's symbol.
    var target: NameID
    /// The address of the target's first instruction; nil when the listing does not have it.
    var entry: UInt64?
    var kind: CallSite.Kind
    var sites: [CallSite]
  }

  /// The targets of the function's calls and jumps, each once, in the order of their first sites.
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

  /// A site that calls the function, jumps to it or starts it as a goroutine.
  struct Caller {
    enum Kind: String {
      case call, tail, go
    }

    /// The function that contains the site.
    var function: Function
    /// The address of the instruction.
    var address: UInt64
    var place: SitePlace
    var kind: Kind
  }

  /// The sites that lead to the function, in address order.
  var callers: [Caller] {
    let own = function
    let names = Set([own.name] + own.aliases)
    return program.functions.flatMap { caller in
      caller.calls.compactMap { site in
        guard site.targetEntry.map({ $0 == own.entry }) ?? names.contains(site.target) else { return nil }
        return Caller(
          function: caller, address: site.address, place: site.place, kind: site.kind == .call ? .call : .tail
        )
      }
        + caller.goStatements.compactMap { site in
          guard let target = site.target, names.contains(target) else { return nil }
          return Caller(function: caller, address: site.address, place: site.place, kind: .go)
        }
    }
  }
}
