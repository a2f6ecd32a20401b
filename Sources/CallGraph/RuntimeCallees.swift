import ProgramModel

/// Where calls through pointers in the runtime lead that the text of the caller does not tell: to what is
/// passed for a parameter, stands in a table or is stored in a field.
struct RuntimeCallees {
  /// The functions that call what is passed to them, which is a function literal of the caller: proc.go,
  /// chan.go, retry.go.
  static let callers: [StaticString] = [
    "runtime.recv", "runtime.send", "runtime.retryOnEAGAIN", "runtime.forEachGRace",
  ]

  /// A caller, and the callees of all its calls; `*` at the end of a name stands for anything.
  private static let rows: [(caller: StaticString, callees: [StaticString])] = [
    // malloc_tables_generated.go, mallocScanTable and mallocNoScanTable.
    (
      "runtime.mallocgc",
      [
        "runtime.mallocgcSmallScanNoHeaderSC*", "runtime.mallocgcSmallNoScanSC*", "runtime.mallocgcTinySize*",
      ]
    ),
    // mheap.go, (*mheap).init: the other lists of fixed-size objects have no such function.
    ("runtime.(*fixalloc).alloc", ["runtime.recordspan"]),
    // sync/pool.go registers it.
    ("runtime.clearpools", ["sync.poolCleanup"]),
    // By way of iterate_itabs.
    ("runtime.itabAdd", ["runtime.(*itabTableType).add*"]),
    ("runtime.tryRecordGoroutineProfile", ["runtime.osyield", "runtime.Gosched"]),
    ("runtime.cgoContextPCs", ["runtime.cgocall", "runtime.asmcgocall*"]),
    ("runtime.callCgoSymbolizer", ["runtime.cgocall", "runtime.asmcgocall*"]),
  ]

  /// A call that leads nowhere, but on Windows: a variable that nobody sets elsewhere. time_nofake.go names
  /// the one package that does.
  private static let unset: StaticString = "runtime.write"

  /// By function: the callees.
  private var callees: [Int32: [CallGraph.Node]] = [:]

  /// Looks up the callers and their callees. A caller none of whose callees is in the program stays open: its
  /// callees may have other names in this version of Go.
  init(_ program: Program) {
    var callers: [(function: Int32, row: Int)] = []
    var found = [[CallGraph.Node]](repeating: [], count: Self.rows.count)
    for i in program.functions.indices {
      let name = program.names.bytes(of: program.functions[i].name)
      guard name.first == UInt8(ascii: "r") || name.first == UInt8(ascii: "s") else { continue }
      if program.header.os != "windows", Self.matches(name, Self.unset) { callees[Int32(i)] = [] }
      for (row, (caller, callees)) in Self.rows.enumerated() {
        if Self.matches(name, caller) { callers.append((Int32(i), row)) }
        if callees.contains(where: { Self.matches(name, $0) }) { found[row].append(Int32(i)) }
      }
    }
    for (function, row) in callers where !found[row].isEmpty { callees[function] = found[row] }
  }

  /// Returns the functions that the open calls of a function lead to, in ascending order; nil where no row
  /// says.
  func callees(of function: Int) -> [CallGraph.Node]? { callees[Int32(function)] }

  /// Whether a name is that of a function literal in the runtime: `runtime.chanrecv.func1`.
  fileprivate static func isLiteral(_ name: ArraySlice<UInt8>) -> Bool {
    guard RuntimeRole.has(name.span, "runtime.", at: 0), let last = name.lastIndex(of: UInt8(ascii: "."))
    else {
      return false
    }
    return name[last...].starts(with: ".func".utf8)
      || name[last...].dropFirst().allSatisfy { 0x30...0x39 ~= $0 }
  }

  fileprivate static func matches(_ name: ArraySlice<UInt8>, _ pattern: StaticString) -> Bool {
    let count = pattern.utf8CodeUnitCount
    if unsafe pattern.utf8Start[count - 1] == UInt8(ascii: "*") {
      return RuntimeRole.has(name.span, pattern, at: 0, count: count - 1)
    }
    return name.count == count && RuntimeRole.has(name.span, pattern, at: 0)
  }
}

extension CallGraph {
  /// Gives each caller of a function among ``RuntimeCallees/callers`` a copy of that function, whose open calls
  /// lead to the function literals that the caller passes.
  mutating func followParameters() {
    let functions = program.functions
    var isCalled = [Bool](repeating: false, count: nodeCount)
    for i in functions.indices {
      let name = program.names.bytes(of: functions[i].name)
      guard name.first == UInt8(ascii: "r") else { continue }
      isCalled[i] = RuntimeRole.isOne(name.span, of: RuntimeCallees.callers)
    }
    for caller in 0..<Node(functions.count) {
      for edge in stackEdges(of: caller) where isCalled[Int(targets[edge])] {
        let callee = targets[edge]
        let literals = literals(passedTo: callee, by: caller)
        guard !literals.isEmpty else { continue }
        targets[edge] = Node(nodeCount)
        var calls: [(target: Node, kind: EdgeKind, place: Int32)] = []
        var place: Int32 = 0
        for edge in stackEdges(of: callee) {
          if case .indirectCall = extra(targets[edge]) {
            place = placeNumbers[edge]
          } else {
            calls.append((targets[edge], kinds[edge], placeNumbers[edge]))
          }
        }
        addCopy(of: callee, below: [caller], calls + literals.map { ($0, .call, place) })
      }
    }
  }

  /// Gives `runtime.cgocall` a copy of what it switches stacks by, which leads to what C calls back: C runs on the
  /// system stack, and that on this one. Elsewhere the runtime calls C of its own, which calls nothing back.
  mutating func followCallbacks() {
    func name(_ node: Node) -> ArraySlice<UInt8> {
      isFunction(node) ? program.names.bytes(of: program.functions[Int(node)].name) : []
    }
    let backs = roles.indices.filter { roles[$0] == .callsBack }
    for caller in 0..<Node(program.functions.count)
    where name(caller).elementsEqual("runtime.cgocall".utf8) {
      for edge in stackEdges(of: caller) where RuntimeRole.runsC(name(targets[edge])) {
        let callee = targets[edge]
        let calls = stackEdges(of: callee).map { (targets[$0], kinds[$0], placeNumbers[$0]) }
        targets[edge] = Node(nodeCount)
        addCopy(of: callee, below: [caller], calls + backs.map { (Node($0), .call, 0) })
      }
    }
  }

  /// Returns the function literals that a caller passes to one of its callees: those of its file that begin
  /// on the lines of the calls. Where a call was inlined, they are named after another function. Returns none
  /// where a call has none.
  private func literals(passedTo callee: Node, by caller: Node) -> [Node] {
    let functions = program.functions
    var literals: Set<Int> = []
    for call in functions[Int(caller)].calls where call.targetEntry == functions[Int(callee)].entry {
      let found = functions.indices.filter {
        call.line != nil && functions[$0].line == call.line
          && functions[$0].file == functions[Int(caller)].file
          && RuntimeCallees.isLiteral(program.names.bytes(of: functions[$0].name))
      }
      if found.isEmpty { return [] }
      literals.formUnion(found)
    }
    return literals.sorted().map { Node($0) }
  }

  mutating func append(_ target: Node, _ kind: EdgeKind, at place: SitePlace) {
    let code = number(of: place)
    append(target, kind, code)
  }

  mutating func append(_ target: Node, _ kind: EdgeKind, _ place: Int32) {
    targets.append(target)
    kinds.append(kind)
    placeNumbers.append(place)
  }
}
