import ByteText
public import ProgramModel

/// Whose a frame of a traceback is.
public enum FrameClass: String, CaseIterable, Sendable {
  /// A function of the runtime that panics, throws, parks, switches stacks or starts goroutines: every
  /// program's tracebacks have some.
  case machinery
  /// The rest of the runtime.
  case runtime
  case std
  case dependency
  case own
  /// Where Go calls C, or C calls Go.
  case cgo
  /// Written by hand, outside of the runtime's machinery.
  case assembly
  case unknown

  /// - Parameters:
  ///   - name: as the traceback prints it.
  ///   - path: its file; nil where none is known.
  ///   - program: says whose code a package is.
  init(_ name: String, path: String?, in program: Program) {
    if Self.isCgo(name, path) {
      self = .cgo
    } else if Self.machineryNames.contains(name) || name.hasPrefix("runtime.goPanic")
      || name.hasPrefix("runtime.panic")
    {
      self = .machinery
    } else if path?.hasSuffix(".s") == true {
      self = .assembly
    } else {
      switch program.origin(ofTraced: name, path: path) {
      case .own: self = .own
      // Without a binary only a version or a vendoring folder tells a dependency from a module of the user's own.
      case .dependency:
        self = !program.functions.isEmpty || Self.isVersioned(name, path) ? .dependency : .unknown
      case .std: self = .std
      case .runtime: self = .runtime
      case .c, .compiler, .unknown: self = .unknown
      }
    }
  }

  /// Of a function as the model has it.
  public init(of function: Function, in program: Program) {
    self.init(
      TracedNames.traced(program.names.string(function.name)),
      path: function.file.map { program.names.string($0) }, in: program)
  }

  /// Whether a name or its file says that it is another module's.
  static func isVersioned(_ name: String, _ path: String?) -> Bool {
    name.contains("/vendor/") || path.map { $0.contains("@v") || $0.contains("/vendor/") } == true
  }

  private static func isCgo(_ name: String, _ path: String?) -> Bool {
    path?.hasSuffix("_cgo_gotypes.go") == true || name.contains("._Cfunc_") || name.hasPrefix("_cgoexp_")
      || boundaryNames.contains(name)
  }

  /// `runtime/cgocall.go`, `runtime/asm_*.s`.
  private static let boundaryNames: Set = [
    "runtime.cgocall", "runtime.asmcgocall", "runtime.cgocallbackg", "runtime.cgocallbackg1",
    "runtime.cgocallback",
    "runtime.cgocallbackg1.gowrap1", "runtime/cgo.Handle.Value",
  ]

  /// By Go's own names (`runtime/panic.go`, `stack.go`, `signal_unix.go`, `proc.go`, `asm_*.s`).
  private static let machineryNames: Set = [
    "panic", "runtime.gopanic", "runtime.throw", "runtime.fatal", "runtime.fatalthrow", "runtime.fatalpanic",
    "runtime.dopanic_m", "runtime.sigpanic", "runtime.sigpanic0", "runtime.sigtramp", "runtime.sighandler",
    "runtime.sigtrampgo", "runtime.sigFetchG", "runtime.asyncPreempt", "runtime.asyncPreempt2",
    "runtime.newstack",
    "runtime.morestack", "runtime.morestack_noctxt", "runtime.goexit", "runtime.goexit0", "runtime.goexit1",
    "runtime.main", "runtime.mcall", "runtime.systemstack", "runtime.systemstack_switch", "runtime.gopark",
    "runtime.goparkunlock", "runtime.park_m", "runtime.schedule", "runtime.findRunnable",
    "runtime.findrunnable",
    "runtime.stopm", "runtime.mPark", "runtime.mput", "runtime.notesleep", "runtime.futexsleep",
    "runtime.checkdead",
    "runtime.mstart", "runtime.mstart0", "runtime.mstart1", "runtime.rt0_go", "runtime.recovery",
    "runtime.deferreturn", "runtime.deferCallSave", "runtime.runOpenDeferFrame", "runtime.Goexit",
    "internal/runtime/maps.fatal", "sync.fatal", "sync.throw", "internal/sync.fatal", "internal/sync.throw",
    "runtime.badPointer", "runtime.abort", "runtime.crash", "runtime.raise",
  ]
}

extension Program {
  /// Whose code a function is that a traceback names: `main.F[...]`, `panic`.
  func origin(ofTraced name: String, path: String?) -> Origin {
    let symbol = SymbolName(name)
    return symbol.package == nil ? origin(ofPath: path) : origin(ofName: symbol)
  }
}
