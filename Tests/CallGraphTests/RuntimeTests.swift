import Foundation
import ProgramModel
import Testing

@testable import CallGraph

/// What the source of Go's runtime says of its cycles and of its calls through pointers.
@Suite("The runtime's own calls") struct RuntimeTests {
  /// A program that allocates: the collector starts, and allocates itself.
  private func allocating(_ prefix: String = "runtime.") -> Drawn {
    var drawn = Drawn()
    drawn.add("main.main", 40)
    for (name, frame) in [
      ("mallocgc", 100), ("gcStart", 900), ("semacquire", 50), ("free", 8), ("sweep", 200),
    ] {
      drawn.add(prefix + name, frame)
    }
    drawn.call("main.main", prefix + "mallocgc")
    for (caller, callee) in [
      ("mallocgc", "free"), ("mallocgc", "gcStart"), ("gcStart", "semacquire"), ("semacquire", "mallocgc"),
      ("gcStart", "sweep"),
    ] {
      drawn.call(prefix + caller, prefix + callee)
    }
    return drawn
  }

  /// An allocation of the collector's meets a collector that returns at once.
  @Test func theCollectorIsNotNested() throws {
    let depth = Depth(allocating().program)
    #expect(depth.certainty(of: depth.node("main.main")) == .exact && depth.cycles.isEmpty)
    #expect(depth.bytes("main.main") == 48 + 108 + 908 + 58 + 108 + 908)
    let path = depth.path(of: depth.node("main.main"))
    #expect(
      depth.names(path)
        == "main.main runtime.mallocgc runtime.gcStart runtime.semacquire runtime.mallocgc runtime.gcStart")
    #expect(
      path.steps.map { depth.graph.copy($0.node) != nil } == [false, false, false, true, true, true])
    for step in path.steps {
      #expect(depth.graph.function(of: step.node) == Int(depth.graph.original(step.node)))
      #expect(depth.graph.extra(step.node) == nil)
    }
    // By itself, too: below it the other way is the deeper one of `mallocgc`'s.
    #expect(depth.bytes("runtime.semacquire") == 58 + 108 + 908 + 58 + 108 + 908)
    // Without the nested frames 2,048 bytes would be enough.
    #expect(depth.growth(of: depth.node("main.main")).settled == 4096)
    // Paths to a function lead to its copies, too.
    let down = depth.path(from: depth.node("main.main"), to: depth.node("runtime.semacquire"))
    #expect(depth.names(down) == "main.main runtime.mallocgc runtime.gcStart runtime.semacquire")
    let around = Neighbourhood(around: depth.node("runtime.semacquire"), depth, levels: 1, width: 9)
    #expect(around.nodes.map(depth.name) == ["runtime.mallocgc", "runtime.gcStart", "runtime.semacquire"])
  }

  /// The same calls under other names are a cycle.
  @Test func otherNamesAreACycle() {
    let depth = Depth(allocating("main.").program)
    #expect(depth.certainty(of: depth.node("main.main")) == .atLeast && depth.cycles.count == 1)
    #expect(depth.graph.copies.isEmpty)
  }

  /// A cycle that does not lead through the collector stays one, and what is not known stays so.
  @Test func otherCyclesStay() {
    var drawn = allocating()
    drawn.call("runtime.semacquire", "runtime.semacquire")
    let depth = Depth(drawn.program)
    #expect(depth.causes("main.main") == .cycle && depth.certainty(of: depth.node("main.main")) == .bounded)
    var open = allocating()
    open.pointer("runtime.semacquire")
    #expect(Depth(open.program).causes("main.main") == .indirectCall)
  }

  /// Pending defers and unknown frames of copies count, but for those of what returns at once.
  @Test func copiesHaveTheirDefers() {
    var drawn = allocating()
    drawn.deferring("runtime.semacquire", .stack, to: "runtime.free")
    drawn.deferring("runtime.gcStart", .stack, to: "runtime.free")
    #expect(Depth(drawn.program).defers.depths[0] == 2)
    var uncertain = Drawn()
    uncertain.add("main.main", 8)
    uncertain.add("runtime.gcStart", 8)
    uncertain.add("runtime.f", 8, uncertain: .undecoded)
    uncertain.call("main.main", "runtime.gcStart")
    uncertain.call("runtime.gcStart", "runtime.f")
    uncertain.call("runtime.f", "runtime.gcStart")
    #expect(Depth(uncertain.program).causes("main.main") == .uncertainFrame)
  }

  /// The profile of locks is made below store, where store is a function of its own.
  @Test func theProfileOfLocksIsNotNested() {
    var drawn = Drawn()
    for (name, frame) in [
      ("unlock2", 48), ("(*mLockProfile).store", 16), ("(*mLockProfile).storeSlow", 88), ("stkbucket", 600),
    ] {
      drawn.add("runtime." + name, frame)
    }
    for (caller, callee) in [
      ("unlock2", "(*mLockProfile).store"), ("(*mLockProfile).store", "(*mLockProfile).storeSlow"),
      ("(*mLockProfile).storeSlow", "stkbucket"), ("stkbucket", "unlock2"),
    ] {
      drawn.call("runtime." + caller, "runtime." + callee)
    }
    let depth = Depth(drawn.program)
    #expect(depth.bytes("runtime.unlock2") == 56 + 24 + 96 + 608 + 56 + 24 + 96)
    #expect(depth.causes("runtime.unlock2") == [])
  }

  /// A copy that returns at once calls what calls nothing.
  @Test func whatReturnsAtOnceCallsLeaves() {
    var drawn = allocating()
    drawn.add("runtime.acquirem", 700, check: SplitCheck.none)
    drawn.call("runtime.gcStart", "runtime.acquirem")
    #expect(Depth(drawn.program).bytes("main.main") == 48 + 108 + 908 + 58 + 108 + 908 + 708)
  }

  // MARK: Calls through pointers

  /// `recv` calls the literal that begins on the line of its own call.
  @Test(arguments: [("chan.go", 607, true), ("chan.go", 608, false), ("other.go", 607, false)])
  func literals(file: String, line: Int32, isFollowed: Bool) {
    var drawn = Drawn()
    drawn.add("main.main", 8)
    drawn.add("runtime.chanrecv", 100, file: "chan.go", line: 524)
    drawn.add("runtime.recv", 50, file: "chan.go", line: 702)
    drawn.add("runtime.chanrecv.func1", 500, file: file, line: line)
    drawn.add("runtime.selectgo.func1", 900, file: "select.go", line: 497)
    drawn.call("main.main", "runtime.chanrecv")
    drawn.call("runtime.chanrecv", "runtime.recv", line: 607)
    drawn.pointer("runtime.recv")
    let depth = Depth(drawn.program)
    #expect(depth.causes("main.main") == (isFollowed ? [] : .indirectCall))
    #expect(depth.bytes("main.main") == 16 + 108 + 58 + (isFollowed ? 508 : 8))
    #expect(depth.causes("runtime.recv") == .indirectCall)
  }

  @Test func fields() throws {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.main", 8), ("runtime.(*fixalloc).alloc", 8), ("runtime.recordspan", 500),
      ("runtime.clearpools", 8),
    ] { drawn.add(name, frame) }
    drawn.call("main.main", "runtime.(*fixalloc).alloc")
    drawn.pointer("runtime.(*fixalloc).alloc")
    drawn.pointer("runtime.clearpools")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("main.main") == 16 + 16 + 508 && depth.causes("main.main") == [])
    // sync.poolCleanup is not there; perhaps it has another name.
    #expect(depth.causes("runtime.clearpools") == .indirectCall)
    // The user's own rules come first.
    let rules = try EdgeRules(
      Array("runtime.(*fixalloc).alloc -> runtime.clearpools".utf8), file: "-", program: drawn.program)
    #expect(Depth(drawn.program, options: .init(edges: rules)).bytes("main.main") == 16 + 16 + 16 + 8)
  }

  /// Nothing sets `overrideWrite` but a package for Windows.
  @Test(arguments: [("linux", Causes()), ("windows", .indirectCall)]) func write(os: String, causes: Causes) {
    var drawn = Drawn(os: os)
    drawn.add("runtime.write", 8)
    drawn.pointer("runtime.write")
    #expect(Depth(drawn.program).causes("runtime.write") == causes)
  }

  /// What systemstack calls before it switches still takes of this stack.
  @Test func beforeTheSwitch() {
    var drawn = Drawn()
    for (name, frame) in [
      ("main.main", 8), ("runtime.systemstack", 8), ("gosave_systemstack_switch", 24),
      ("runtime.newproc1", 900),
    ] { drawn.add(name, frame) }
    drawn.call("main.main", "runtime.systemstack")
    drawn.call("runtime.systemstack", "gosave_systemstack_switch")
    drawn.call("runtime.systemstack", "runtime.newproc1")
    #expect(Depth(drawn.program).bytes("main.main") == 16 + 16 + 32)
  }

  /// C that may call back runs what it calls on the stack of the goroutine.
  @Test(arguments: [
    ("_cgoexp_1234_f", "linux", true), ("main.f", "linux", false),
    ("runtime.compileCallback", "windows", true), ("runtime.compileCallback", "linux", false),
  ])
  func callbacks(name: String, os: String, callsBack: Bool) {
    var drawn = Drawn(os: os)
    for (name, frame) in [
      ("main.main", 8), ("runtime.cgocall", 8), ("runtime.mmap", 8), ("runtime.asmcgocall", 8),
      ("runtime.cgocallback", 40), ("runtime.cgocallbackg", 900),
      (name, 8),
    ] { drawn.add(name, frame) }
    drawn.call("main.main", "runtime.cgocall")
    drawn.call("runtime.cgocall", "runtime.asmcgocall")
    drawn.call("runtime.mmap", "runtime.asmcgocall")
    drawn.pointer("runtime.asmcgocall")
    drawn.call("runtime.cgocallback", "runtime.cgocallbackg")
    drawn.pointer("runtime.cgocallbackg")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("runtime.mmap") == 16 + 16)
    #expect(depth.bytes("main.main") == 16 + 16 + 16 + (callsBack ? 48 + 908 + 8 : 0))
    #expect(depth.causes("main.main") == (callsBack ? .indirectCall : []))
  }

  /// A clock calls the vDSO on the system stack, and functions of Go on this one.
  @Test(arguments: ["time.now", "runtime.nanotime1", "runtime.walltime"]) func clocks(name: String) {
    var drawn = Drawn()
    drawn.add("main.main", 8)
    drawn.add(name, 40)
    drawn.add("runtime.libcCall", 500)
    drawn.call("main.main", name)
    drawn.pointer(name)
    #expect(Depth(drawn.program).bytes("main.main") == 16 + 48)
    drawn.call(name, "runtime.libcCall")
    #expect(Depth(drawn.program).bytes("main.main") == 16 + 48 + 508)
    #expect(Depth(drawn.program).causes("main.main") == [])
  }

  /// The vDSO's random numbers are made on the goroutine's stack, and nobody knows how much that takes.
  @Test func randomNumbers() {
    var drawn = Drawn()
    drawn.add("runtime.vgetrandom1", 40)
    drawn.pointer("runtime.vgetrandom1")
    #expect(Depth(drawn.program).causes("runtime.vgetrandom1") == .indirectCall)
  }

  /// A copy has the causes of its original, and they are counted once.
  @Test func causesOfCopiesAreCountedOnce() {
    var drawn = allocating()
    drawn.call("runtime.semacquire", "runtime.semacquire")
    let depth = Depth(drawn.program)
    #expect(depth.causes(of: depth.node("runtime.semacquire")).total == 1)
    #expect(depth.cycles.count == 1)
  }

  /// The text of a panic is none of the worst case, unless panics are asked for.
  @Test func textsOfPanics() {
    var drawn = Drawn()
    drawn.add("runtime.typehash", 8)
    drawn.add("runtime.(*TypeAssertionError).Error", 8)
    drawn.add("runtime.rtype.string", 500)
    drawn.call("runtime.typehash", "runtime.rtype.string")
    drawn.call("runtime.(*TypeAssertionError).Error", "runtime.rtype.string")
    let depth = Depth(drawn.program)
    #expect(depth.bytes("runtime.typehash") == 16)
    #expect(depth.bytes("runtime.(*TypeAssertionError).Error") == 16 + 508)
    #expect(Depth(drawn.program, options: .init(throughPanics: true)).bytes("runtime.typehash") == 16 + 508)
  }

  /// Traces as Go wrote them up to 1.21, and mutexes' profiles by their linker's name.
  @Test(arguments: ["runtime.traceEvent", "runtime.traceEventLocked", "sync.event"]) func olderDiagnostics(
    name: String
  ) {
    var drawn = Drawn()
    drawn.add("runtime.semrelease1", 8)
    drawn.add("main.main", 8)
    drawn.add(name, 500)
    drawn.call("runtime.semrelease1", name)
    drawn.call("main.main", name)
    let depth = Depth(drawn.program)
    #expect(depth.bytes("runtime.semrelease1") == 16 && depth.bytes("main.main") == 16 + 508)
  }

  // MARK: Against Go

  /// What allocates in a real program is exact.
  @Test func allocationsAreExact() async throws {
    let depth = try await RealProgram.depths().depth
    let names = [
      "runtime.mallocgc", "runtime.newobject", "runtime.growslice", "runtime.makeslice", "runtime.gcStart",
    ]
    for name in names {
      let node = depth.node(name)
      #expect(depth.certainty(of: node) == .exact, "\(name): \(depth.causes(of: node).found)")
    }
    #expect(depth.bytes("runtime.newobject") > 1000)
  }

  private func source(_ file: String) throws -> String {
    let root = try RealProgram.go(["env", "GOROOT"], in: RealProgram.project)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return try String(contentsOfFile: "\(root)/src/runtime/\(file)", encoding: .utf8)
  }

  /// The guards on which ``NestedCalls`` rests stand in the source.
  @Test func guardsStandInTheSource() throws {
    #expect(try source("mgc.go").contains("mp.locks > 1 || mp.preemptoff != \"\""))
    #expect(try source("mgc.go").contains("We are called within gcStart,"))
    #expect(try source("mgcmark.go").contains("mp.locks > 0 || mp.preemptoff != \"\""))
    #expect(try source("mprof.go").contains("prof.disabled = true"))
    #expect(try source("mprof.go").contains("if prof.disabled {"))
  }

  /// What is said of the runtime's parameters, fields and tables stands in the source: each call passes a literal,
  /// and nothing else is stored.
  @Test func calleesStandInTheSource() throws {
    var passed = 0
    let files = [
      "chan.go", "select.go", "proc.go", "os_linux.go", "mgc.go", "mgcmark.go", "mprof.go", "trace.go",
    ]
    for file in files + ["traceback.go", "traceallocfree.go"] {
      for line in try source(file).split(separator: "\n")
      where line.firstMatch(of: /(^|[^a-zA-Z_.])(recv|send|retryOnEAGAIN|forEachGRace)\(/) != nil {
        let isComment = line.drop { $0 == "\t" }.hasPrefix("//")
        guard !isComment, !line.hasPrefix("func ") else { continue }
        #expect(line.contains("func("), "\(file): \(line)")
        passed += 1
      }
    }
    #expect(passed > 10)
    let lists = try source("mheap.go").split(separator: "\n").filter { $0.contains(".init(unsafe.Sizeof(") }
    #expect(lists.count > 5)
    #expect(lists.filter { !$0.contains("), nil,") }.count == 1)
    #expect(lists.contains { $0.contains(", recordspan,") })
    #expect(try source("mgc.go").split(separator: "\n").count { $0.contains("poolcleanup = ") } == 1)
    #expect(try source("time_nofake.go").contains("//   - golang.zx2c4.com/wireguard/windows\n//\n"))
    var yields = 0
    for file in ["proc.go", "mprof.go", "coro.go"] {
      for line in try source(file).split(separator: "\n") where line.contains("\ttryRecordGoroutineProfile(")
      {
        yields += 1
        #expect(line.contains(", osyield)") || line.contains(", Gosched)"), "\(line)")
      }
    }
    #expect(yields == 4)
    let calls = try source("traceback.go").split(separator: "\n").filter {
      $0.hasPrefix("\tcall := ") || $0.hasPrefix("\t\tcall = ")
    }
    #expect(calls.count == 4 && calls.allSatisfy { $0.hasSuffix("cgocall") })
    #expect(try source("iface.go").contains("iterate_itabs(t2.add)"))
    for line in try source("malloc_tables_generated.go").split(separator: "\n") {
      guard line.hasPrefix("\tmalloc"), !line.contains("mallocPanic") else { continue }
      #expect(
        line.contains("mallocgcSmallScanNoHeaderSC") || line.contains("mallocgcSmallNoScanSC"), "\(line)")
    }
  }
}
