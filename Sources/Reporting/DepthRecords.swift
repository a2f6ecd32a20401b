import CallGraph
import ProgramModel

/// The records of schema `fathom.depth/1`. New keys may be added; none is removed or changes its meaning.
///
/// All sizes are bytes of stack. A figure with causes is a lower bound; `exact` says which figures are none.
/// A node is a function of the input, or a call or defer in one that is not followed, or a copy of one of these
/// (``CallGraph/Copy``).
struct DepthRecords: Sendable {
  let depth: Depth
  private let records: RecordWriter
  private var program: Program { depth.program }
  private var graph: CallGraph { depth.graph }

  init(_ depth: Depth) {
    self.depth = depth
    records = RecordWriter(depth.program)
  }

  /// Puts the header: what was read, and the runtime's numbers for it.
  func header(version: String, _ out: inout ByteWriter) {
    let header = program.header
    out.object { out in
      out.header(of: "fathom.depth/1", version: version)
      out.source(header)
      out.field("ownFrom", header.ownFrom?.rawValue)
      out.field("throughPanics", graph.options.throughPanics)
      out.field("throughDiagnostics", graph.options.throughDiagnostics)
      out.field("nodes", graph.nodeCount)
      out.field("edges", graph.targets.count)
      out.field("firstStack", depth.rules.first)
      out.field("stackGuard", depth.rules.guardSize)
      out.field("stackCeiling", depth.rules.ceiling)
      out.field("nosplitLimit", depth.rules.nosplitLimit)
    }
  }

  // MARK: Functions

  /// Puts a function and its worst case; with its whole path down where it is asked for.
  func function(_ index: Int, _ classifier: inout NameClassifier, isWhole: Bool, _ out: inout ByteWriter) {
    let function = program.functions[index]
    let node = CallGraph.Node(index)
    let facts = classifier.facts(of: function)
    out.object { out in
      out.field("record", word: "function")
      identity(node, &out)
      out.field("origin", word: facts.origin)
      records.name("file", function.file, &out)
      out.field("line", function.line)
      out.field("callCost", graph.costs[index])
      worst(node, &out)
      next(node, &out)
      out.field("pendingDefers", depth.defers.depths[index])
      out.field("pendingDefersExact", !depth.defers.isLowerBound[index])
      guard isWhole else { return }
      steps("path", depth.path(of: node).steps, &out)
      out.list("causesBelow", depth.causes(of: node).found) { cause, out in
        out.object { out in
          out.field("cause", word: cause.kind.literal)
          out.field("distance", cause.distance)
          place(cause.node, &out)
        }
      }
      growth(depth.growth(of: node), of: node, &out)
    }
  }

  /// Puts the members of a node's worst case, and why it is only a lower bound.
  private func worst(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    let causes = depth.worst.causes[Int(node)]
    out.field("worstBytes", depth.worst.bytes[Int(node)])
    out.field("exact", causes == [])
    out.field("certainty", word: depth.certainty(of: node).literal)
    out.list("causes", Causes.all.filter { causes.contains($0) }) { $1.value(word: $0.literal) }
    let outside = depth.worst.causesOutsideRuntime[Int(node)]
    out.list("causesOutsideRuntime", Causes.all.filter { outside.contains($0) }) {
      $1.value(word: $0.literal)
    }
  }

  /// Puts the edge by which the worst case of a node continues.
  private func next(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    guard let edge = depth.nextEdge(of: node) else { return out.field("next") { $0.put("null") } }
    out.object("next") { out in
      out.field("edge", word: graph.kinds[edge].literal)
      records.place(graph.place(ofEdge: edge), &out)
      identity(graph.targets[edge], &out)
    }
  }

  /// Puts a copy and its worst case.
  func copy(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "copy")
      identity(node, &out)
      out.field("callCost", graph.costs[Int(node)])
      worst(node, &out)
      next(node, &out)
    }
  }

  // MARK: Nodes and paths

  /// Puts the members `node`, `name` and `entry`, and of a copy its number and the function below which it runs.
  /// A node that is no function of the input has no entry.
  private func identity(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    let function = graph.function(of: node).map { program.functions[$0] }
    func put(_ kind: StaticString, _ name: NameID?) {
      out.field("node", word: kind)
      records.name("name", name, &out)
    }
    switch graph.extra(node) {
    case nil: put(graph.copy(node) == nil ? "function" : "copy", function?.name)
    case .missing(let symbol): put("missing", symbol)
    case .deferReturn:
      out.field("node", word: "deferReturn")
      out.field("name", word: "runtime.deferreturn")
    case .indirectCall: put("indirectCall", nil)
    case .openDefer: put("openDefer", nil)
    }
    out.field("entry", address: graph.extra(node) == nil ? function?.entry : nil)
    guard let copy = graph.copy(node) else { return }
    out.field("copy", copy)
    out.list("below", graph.copies[copy].below.compactMap(graph.function)) { function, out in
      records.names.put(program.functions[function].name, into: &out)
    }
  }

  /// Puts a node with its address and line; for a call or a defer these are the instruction's.
  private func place(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    identity(node, &out)
    let function = graph.function(of: node).map { program.functions[$0] }
    records.name("function", function?.name, &out)
    let (address, place): (UInt64?, SitePlace?) =
      switch graph.extra(node) {
      case .indirectCall(_, let site):
        (function?.indirectCalls[Int(site)].address, function?.indirectCalls[Int(site)].place)
      case .openDefer(_, let site):
        (
          function?.deferSites[Int(site)].address,
          SitePlace(line: function?.deferSites[Int(site)].location?.line)
        )
      default: (function?.entry, SitePlace(line: function?.line))
      }
    out.field("address", address: address)
    records.place(place ?? SitePlace(), in: function, &out)
  }

  /// Puts the steps of a path.
  private func steps(_ key: StaticString, _ steps: [Path.Step], _ out: inout ByteWriter) {
    out.list(key, steps) { step, out in
      out.object { out in
        out.field("bytes", step.bytes)
        identity(step.node, &out)
        out.field("edge", word: step.kind?.literal)
        records.place(step.place, &out)
      }
    }
  }

  /// Puts the path from one function down to another; its members are null where no path leads there.
  func path(_ start: CallGraph.Node, _ end: CallGraph.Node, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "path")
      records.name("from", program.functions[Int(start)].name, &out)
      records.name("to", program.functions[Int(end)].name, &out)
      guard let path = depth.path(from: start, to: end) else {
        out.field("bytes", nil as Int?)
        out.field("steps", word: nil)
        return
      }
      out.field("bytes", path.bytes)
      steps("steps", path.steps, &out)
    }
  }

  // MARK: Cycles

  /// Puts a cycle of calls.
  func cycle(_ cycle: Cycle, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "cycle")
      out.list("members", cycle.members) { node, out in
        out.object { out in
          out.field("member", true)
          identity(node, &out)
        }
      }
      out.field("cheapest") { lap(cycle.cheapest, &$0) }
      out.field("cheapestProved", cycle.isCheapestProved)
      out.field("dearest") { lap(cycle.dearest, &$0) }
      out.list("direct", cycle.direct, lap)
      out.list("entries", cycle.entries) { entry, out in
        out.object { out in
          out.field("callers", entry.callers)
          identity(entry.member, &out)
          records.name(
            "firstCaller", graph.function(of: entry.firstCaller).map { program.functions[$0].name }, &out)
          records.place(entry.place, &out)
        }
      }
    }
  }

  /// Puts a lap, one round of a cycle.
  private func lap(_ lap: Cycle.Lap, _ out: inout ByteWriter) {
    out.object { out in
      out.field("bytes", lap.bytes)
      out.field("overflowTurn", lap.overflowTurn)
      out.field("exact", !lap.isLowerBound)
      out.field("pendingDefers", lap.pendingDefers)
      steps("steps", lap.steps, &out)
    }
  }

  // MARK: Goroutines

  /// Puts a `go` statement and the growth of the stack of the goroutine that it starts.
  func goroutine(_ goroutine: Goroutine, _ out: inout ByteWriter) {
    let function = program.functions[goroutine.function]
    let site = function.goStatements[goroutine.site]
    out.object { out in
      out.field("record", word: "goroutine")
      records.name("function", function.name, &out)
      out.field("address", address: site.address)
      records.place(site.place, in: function, &out)
      out.field("inLoop", site.inLoop)
      guard let entry = goroutine.entry, let growth = goroutine.growth else {
        for key in ["node", "name", "entry", "starts", "stack"] as [StaticString] {
          out.field(key, word: nil)
        }
        return
      }
      identity(entry, &out)
      let written = depth.written(entry)
      records.name(
        "starts", graph.isFunction(written) ? program.functions[Int(written)].name : nil, &out)
      worst(entry, &out)
      self.growth(growth, of: entry, &out)
    }
  }

  /// Puts the member `stack`: how a goroutine's stack grows, in bytes.
  private func growth(_ growth: StackGrowth.Outcome, of node: CallGraph.Node, _ out: inout ByteWriter) {
    out.object("stack") { out in
      out.field("first", growth.first)
      out.field("settled", growth.settled)
      out.field("overflows", growth.settled > depth.rules.ceiling)
      let ordinary = depth.ordinarySize(of: node)
      out.field("ordinaryLow", ordinary?.low)
      out.field("ordinaryHigh", ordinary?.high)
      let dependence: [(what: StaticString, node: CallGraph.Node?)] = [
        ("recursion", ordinary?.recursion), ("pointer", ordinary?.openCall),
      ]
      out.list("dependsOn", dependence.filter { $0.node != nil }) { dependence, out in
        out.object { out in
          out.field("what", word: dependence.what)
          if let node = dependence.node { identity(node, &out) }
        }
      }
      out.list("growths", growth.steps) { step, out in
        out.object { out in
          out.field("used", step.used)
          out.field("size", step.size)
          identity(step.node, &out)
        }
      }
      out.list("largest", growth.largest) { saving, out in
        out.object { out in
          out.field("frameBytes", saving.frame)
          out.field("settledWithout", saving.settled)
          identity(saving.node, &out)
        }
      }
    }
  }

  // MARK: The rest

  /// Puts the longest chain of functions without a split check.
  func nosplit(_ out: inout ByteWriter) {
    let chains = depth.nosplit
    out.object { out in
      out.field("record", word: "nosplit")
      out.field("limit", chains.limit)
      out.field("longest", chains.longest)
      out.field("slack", chains.slack)
      out.field("end", chains.end.rawValue)
      out.field("circles", chains.circles)
      out.list("chain", chains.chain) { step, out in
        out.object { out in
          out.field("used", step.used)
          identity(CallGraph.Node(step.function), &out)
        }
      }
    }
  }

  /// Puts a call that is not followed, and why.
  func open(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    out.object { out in
      out.field("record", word: "open")
      place(node, &out)
      out.field("openReason", depth.openReason(node)?.rawValue)
    }
  }
}

extension Causes {
  /// The name of a single cause in records.
  var literal: StaticString {
    switch self {
    case .cycle: "cycle"
    case .indirectCall: "indirectCall"
    case .missing: "missing"
    case .foreign: "foreign"
    case .uncertainFrame: "uncertainFrame"
    default: ""
    }
  }
}

extension Certainty {
  /// The name in records.
  var literal: StaticString {
    switch self {
    case .exact: "exact"
    case .bounded: "bounded"
    case .atLeast: "atLeast"
    }
  }
}

extension CallGraph.EdgeKind {
  /// The name of an edge's kind in records.
  var literal: StaticString {
    switch self {
    case .call: "call"
    case .tail: "tail"
    case .deferred: "deferred"
    case .switched: "switched"
    case .go: "go"
    }
  }
}
