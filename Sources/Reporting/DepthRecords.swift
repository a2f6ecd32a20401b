import CallGraph
import ProgramModel

/// Puts the records of schema `fathom.depth/1`. New keys may come; none go or change.
struct DepthRecords: Sendable {
  let depth: Depth
  private let records: RecordWriter
  private var program: Program { depth.program }
  private var graph: CallGraph { depth.graph }

  init(_ depth: Depth) {
    self.depth = depth
    records = RecordWriter(depth.program)
  }

  /// What was read, and the runtime's numbers for it.
  func header(version: String, _ out: inout ByteWriter) {
    let header = program.header
    out.put("{\"record\":\"header\",\"schema\":\"fathom.depth/1\",\"fathomVersion\":")
    out.put(json: version)
    for (key, value) in [
      (",\"input\":", header.input), (",\"inputKind\":", header.inputKind.rawValue),
      (",\"contentHash\":", header.contentHash), (",\"goVersion\":", header.goVersion),
      (",\"os\":", header.os),
      (",\"arch\":", header.arch.rawValue), (",\"ownFrom\":", header.ownFrom?.rawValue),
    ] as [(StaticString, String?)] {
      out.put(key)
      out.put(json: value)
    }
    flag(",\"throughPanics\":", graph.options.throughPanics, &out)
    for (key, value) in [
      (",\"nodes\":", graph.nodeCount), (",\"edges\":", graph.targets.count),
      (",\"firstStack\":", depth.rules.first),
      (",\"stackGuard\":", depth.rules.guardSize), (",\"stackCeiling\":", depth.rules.ceiling),
      (",\"nosplitLimit\":", depth.rules.nosplitLimit),
    ] as [(StaticString, Int)] {
      out.put(key)
      out.put(decimal: value)
    }
    out.put("}")
  }

  // MARK: Functions

  /// How deep a function can go; with its whole way down where it was asked for.
  func function(_ index: Int, _ classifier: inout NameClassifier, isWhole: Bool, _ out: inout ByteWriter) {
    let function = program.functions[index]
    let node = CallGraph.Node(index)
    let facts = classifier.facts(of: function)
    out.put("{\"record\":\"function\"")
    identity(node, &out)
    out.put(",\"origin\":\"")
    out.put(facts.origin.literal)
    out.put("\",\"file\":")
    records.name(function.file, &out)
    out.put(",\"line\":")
    records.number(function.line, &out)
    number(",\"callCost\":", graph.costs[index], &out)
    worst(node, &out)
    out.put(",\"next\":")
    let edge = depth.nextEdge(of: node)
    if let edge { next(edge, &out) } else { out.put("null") }
    number(",\"pendingDefers\":", depth.defers.depths[index], &out)
    flag(",\"pendingDefersExact\":", !depth.defers.isLowerBound[index], &out)
    if isWhole {
      out.put(",\"path\":")
      steps(depth.path(of: node).steps, &out)
      out.put(",\"causesBelow\":")
      out.put(list: depth.causes(of: node).found) { cause, out in
        out.put("{\"cause\":\"")
        out.put(cause.kind.literal)
        number("\",\"distance\":", cause.distance, &out)
        place(cause.node, &out)
        out.put("}")
      }
      out.put(",\"stack\":")
      growth(depth.growth(of: node), &out)
    }
    out.put("}")
  }

  private func worst(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    let causes = depth.worst.causes[Int(node)]
    number(",\"worstBytes\":", depth.worst.bytes[Int(node)], &out)
    flag(",\"exact\":", causes == [], &out)
    for (key, causes) in [
      (",\"causes\":", causes), (",\"causesOutsideRuntime\":", depth.worst.causesOutsideRuntime[Int(node)]),
    ] as [(StaticString, Causes)] {
      out.put(key)
      out.put(list: Causes.all.filter { causes.contains($0) }) { cause, out in
        out.put("\"")
        out.put(cause.literal)
        out.put("\"")
      }
    }
  }

  private func next(_ edge: Int, _ out: inout ByteWriter) {
    out.put("{\"edge\":\"")
    out.put(graph.kinds[edge].literal)
    out.put("\",\"line\":")
    records.number(graph.lines[edge] == 0 ? nil : graph.lines[edge], &out)
    identity(graph.targets[edge], &out)
    out.put("}")
  }

  // MARK: Nodes and paths

  /// `,"node":…,"name":…,"entry":…`: what is no function of the input has no entry.
  private func identity(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    let name: NameID?
    let kind: StaticString
    switch graph.extra(node) {
    case nil: (kind, name) = ("function", program.functions[Int(node)].name)
    case .missing(let symbol): (kind, name) = ("missing", symbol)
    case .deferReturn: (kind, name) = ("deferReturn", nil)
    case .indirectCall: (kind, name) = ("indirectCall", nil)
    case .openDefer: (kind, name) = ("openDefer", nil)
    }
    out.put(",\"node\":\"")
    out.put(kind)
    out.put("\",\"name\":")
    if case .deferReturn = graph.extra(node) {
      out.put("\"runtime.deferreturn\"")
    } else {
      records.name(name, &out)
    }
    out.put(",\"entry\":")
    if graph.isFunction(node) {
      records.address(program.functions[Int(node)].entry, &out)
    } else {
      out.put("null")
    }
  }

  /// A node, and for a call or a defer where it stands.
  private func place(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    identity(node, &out)
    let function = graph.function(of: node).map { program.functions[$0] }
    out.put(",\"function\":")
    records.name(function?.name, &out)
    let (address, line): (UInt64?, Int32?) =
      switch graph.extra(node) {
      case .indirectCall(_, let site):
        (function?.indirectCalls[Int(site)].address, function?.indirectCalls[Int(site)].line)
      case .openDefer(_, let site):
        (function?.deferSites[Int(site)].address, function?.deferSites[Int(site)].location?.line)
      default: (function?.entry, function?.line)
      }
    out.put(",\"address\":")
    if let address { records.address(address, &out) } else { out.put("null") }
    out.put(",\"file\":")
    records.name(function?.file, &out)
    out.put(",\"line\":")
    records.number(line, &out)
  }

  private func steps(_ steps: [Path.Step], _ out: inout ByteWriter) {
    out.put(list: steps) { step, out in
      number("{\"bytes\":", step.bytes, &out)
      identity(step.node, &out)
      out.put(",\"edge\":")
      if let kind = step.kind {
        out.put("\"")
        out.put(kind.literal)
        out.put("\"")
      } else {
        out.put("null")
      }
      out.put(",\"line\":")
      records.number(step.line, &out)
      out.put("}")
    }
  }

  /// The way from one function down to another; null where none leads there.
  func path(_ start: CallGraph.Node, _ end: CallGraph.Node, _ out: inout ByteWriter) {
    out.put("{\"record\":\"path\",\"from\":")
    records.name(program.functions[Int(start)].name, &out)
    out.put(",\"to\":")
    records.name(program.functions[Int(end)].name, &out)
    guard let path = depth.path(from: start, to: end) else {
      return out.put(",\"bytes\":null,\"steps\":null}")
    }
    number(",\"bytes\":", path.bytes, &out)
    out.put(",\"steps\":")
    steps(path.steps, &out)
    out.put("}")
  }

  // MARK: Cycles

  func cycle(_ cycle: Cycle, _ out: inout ByteWriter) {
    out.put("{\"record\":\"cycle\",\"members\":")
    out.put(list: cycle.members) { node, out in
      out.put("{\"member\":true")
      identity(node, &out)
      out.put("}")
    }
    out.put(",\"cheapest\":")
    lap(cycle.cheapest, &out)
    flag(",\"cheapestProved\":", cycle.isCheapestProved, &out)
    out.put(",\"dearest\":")
    lap(cycle.dearest, &out)
    out.put(",\"direct\":")
    out.put(list: cycle.direct, lap)
    out.put(",\"entries\":")
    out.put(list: cycle.entries) { entry, out in
      number("{\"callers\":", entry.callers, &out)
      identity(entry.member, &out)
      out.put(",\"firstCaller\":")
      records.name(graph.function(of: entry.firstCaller).map { program.functions[$0].name }, &out)
      out.put(",\"line\":")
      records.number(entry.line, &out)
      out.put("}")
    }
    out.put("}")
  }

  private func lap(_ lap: Cycle.Lap, _ out: inout ByteWriter) {
    number("{\"bytes\":", lap.bytes, &out)
    out.put(",\"overflowTurn\":")
    out.put(json: lap.overflowTurn)
    flag(",\"exact\":", !lap.isLowerBound, &out)
    number(",\"pendingDefers\":", lap.pendingDefers, &out)
    out.put(",\"steps\":")
    steps(lap.steps, &out)
    out.put("}")
  }

  // MARK: Goroutines

  func goroutine(_ goroutine: Goroutine, _ out: inout ByteWriter) {
    let function = program.functions[goroutine.function]
    let site = function.goStatements[goroutine.site]
    out.put("{\"record\":\"goroutine\",\"function\":")
    records.name(function.name, &out)
    out.put(",\"address\":")
    records.address(site.address, &out)
    out.put(",\"file\":")
    records.name(function.file, &out)
    out.put(",\"line\":")
    records.number(site.line, &out)
    flag(",\"inLoop\":", site.inLoop, &out)
    guard let entry = goroutine.entry, let growth = goroutine.growth else {
      return out.put(",\"node\":null,\"name\":null,\"entry\":null,\"starts\":null,\"stack\":null}")
    }
    identity(entry, &out)
    out.put(",\"starts\":")
    let written = depth.written(entry)
    if graph.isFunction(written) {
      records.name(program.functions[Int(written)].name, &out)
    } else {
      out.put("null")
    }
    worst(entry, &out)
    out.put(",\"stack\":")
    self.growth(growth, &out)
    out.put("}")
  }

  private func growth(_ growth: StackGrowth.Outcome, _ out: inout ByteWriter) {
    number("{\"first\":", growth.first, &out)
    number(",\"settled\":", growth.settled, &out)
    flag(",\"overflows\":", growth.settled > depth.rules.ceiling, &out)
    out.put(",\"growths\":")
    out.put(list: growth.steps) { step, out in
      number("{\"used\":", step.used, &out)
      number(",\"size\":", step.size, &out)
      identity(step.node, &out)
      out.put("}")
    }
    out.put(",\"largest\":")
    out.put(list: growth.largest) { saving, out in
      number("{\"frameBytes\":", saving.frame, &out)
      number(",\"settledWithout\":", saving.settled, &out)
      identity(saving.node, &out)
      out.put("}")
    }
    out.put("}")
  }

  // MARK: The rest

  func nosplit(_ out: inout ByteWriter) {
    let chains = depth.nosplit
    number("{\"record\":\"nosplit\",\"limit\":", chains.limit, &out)
    out.put(",\"longest\":")
    out.put(json: chains.longest)
    out.put(",\"slack\":")
    out.put(json: chains.slack)
    out.put(",\"end\":")
    out.put(json: chains.end.rawValue)
    number(",\"circles\":", chains.circles, &out)
    out.put(",\"chain\":")
    out.put(list: chains.chain) { step, out in
      number("{\"used\":", step.used, &out)
      identity(CallGraph.Node(step.function), &out)
      out.put("}")
    }
    out.put("}")
  }

  /// A call that is not followed.
  func open(_ node: CallGraph.Node, _ out: inout ByteWriter) {
    out.put("{\"record\":\"open\"")
    place(node, &out)
    out.put(",\"openReason\":")
    out.put(json: depth.openReason(node)?.rawValue)
    out.put("}")
  }

  private func number(_ key: StaticString, _ value: Int, _ out: inout ByteWriter) {
    out.put(key)
    out.put(decimal: value)
  }

  private func flag(_ key: StaticString, _ value: Bool, _ out: inout ByteWriter) {
    out.put(key)
    out.put(value ? "true" : "false")
  }
}

extension Causes {
  /// The name in records; of one cause.
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

extension CallGraph.EdgeKind {
  /// The name in records.
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
