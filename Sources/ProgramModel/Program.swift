/// The model of one binary: every function, in address order, and what it was read from.
public struct Program: Sendable {
  /// What it was read from.
  public var header: Header
  /// Every name that the rest refers to.
  public var names: NameTable
  /// In address order; no two share an entry.
  public var functions: [Function]
  /// What the text held besides.
  public var diagnostics: Diagnostics
  /// Whether the text was cut: the functions are whole ones, but not all.
  public var isPartial: Bool

  /// A program or header with all that is known of it.
  public init(
    header: Header, names: NameTable, functions: [Function], diagnostics: Diagnostics, isPartial: Bool
  ) {
    self.header = header
    self.names = names
    self.functions = functions
    self.diagnostics = diagnostics
    self.isPartial = isPartial
  }

  /// What one call of a function takes from the stack, in bytes: its frame and, where CALL pushes
  /// the return address, that.
  public func callCost(of function: Function) -> Int { function.frame.bytes + header.arch.callPush }

  /// The place of the function with this entry, by binary search.
  public func index(ofEntry entry: UInt64) -> Int? {
    let i = lowerBound(entry)
    return i < functions.count && functions[i].entry == entry ? i : nil
  }

  /// The place of the function whose code holds an address.
  public func index(holding address: UInt64) -> Int? {
    let i = lowerBound(address)
    if i < functions.count, functions[i].entry == address, functions[i].size > 0 { return i }
    guard i > 0, address - functions[i - 1].entry < UInt64(functions[i - 1].size) else { return nil }
    return i - 1
  }

  private func lowerBound(_ entry: UInt64) -> Int {
    // Not through the elements: to hand one over would copy it.
    functions.indices.partitioningIndex { functions[$0].entry >= entry }
  }

  /// Where the model comes from.
  public struct Header: Sendable {
    /// What the user named: a path as given, or `-`.
    public var input: String
    /// What kind of input that is.
    public var inputKind: InputKind
    /// `sha256:` and the SHA-256 of the input in hex; nil for text, which is streamed.
    public var contentHash: String?
    /// `go1.27.3`; nil when the input does not say.
    public var goVersion: String?
    /// As in GOOS; nil when the input does not say.
    public var os: String?
    /// The machine.
    public var arch: Architecture
    /// Build tags.
    public var tags: [String]
    /// The main module's path; nil when the input does not say.
    public var modulePath: String?
    /// What settled which code is the user's own; nil when nothing did.
    public var ownFrom: OwnFrom?
    /// Import paths that begin with one of these are the user's own.
    public var ownPrefixes: [String] {
      didSet { ownFolders = Self.folders(ownPrefixes) }
    }
    /// The same, sorted to be looked up in: records may name as many as there are packages.
    private var ownFolders: [Substring]
    /// What the code was built from; empty when the input does not say.
    public var modules: ModuleList
    /// Who printed the text.
    public var disassembler: Disassembler
    /// The debugger that did, by the library of ``disassembler``; nil for none.
    public var debugger: Debugger?

    /// A program or header with all that is known of it.
    public init(
      input: String, inputKind: InputKind, contentHash: String? = nil, goVersion: String? = nil,
      os: String? = nil, arch: Architecture, tags: [String] = [], modulePath: String? = nil,
      ownFrom: OwnFrom? = nil, ownPrefixes: [String] = [], modules: ModuleList = ModuleList(),
      disassembler: Disassembler, debugger: Debugger? = nil
    ) {
      self.input = input
      self.inputKind = inputKind
      self.contentHash = contentHash
      self.goVersion = goVersion
      self.os = os
      self.arch = arch
      self.tags = tags
      self.modulePath = modulePath
      self.ownFrom = ownFrom
      self.ownPrefixes = ownPrefixes
      ownFolders = Self.folders(ownPrefixes)
      self.modules = modules
      self.disassembler = disassembler
      self.debugger = debugger
    }

    /// Whether a prefix, without a slash at its end, is one of ``ownPrefixes``, or of those that every program has.
    func isOwnPrefix(_ prefix: Substring) -> Bool {
      let first = ownFolders.partitioningIndex { $0 >= prefix }
      return first < ownFolders.count && ownFolders[first] == prefix
    }

    /// Prefixes without a slash at their end, those of every program among them.
    private static func folders(_ prefixes: [String]) -> [Substring] {
      (Origin.mainPackages + prefixes).map { $0.utf8.last == UInt8(ascii: "/") ? $0.dropLast() : $0[...] }
        .sorted()
    }
  }
}

/// What kind of input a program was read from.
public enum InputKind: String, CaseIterable, Sendable {
  case binary, archive, text, compiler
}

/// What settled which code is the user's own.
public enum OwnFrom: String, CaseIterable, Sendable {
  /// `--module`.
  case flag
  /// `go list`, when fathom built the code.
  case list
  /// The main module of the build info.
  case mod
  /// The main package's path in the build info.
  case path
}

/// A program that prints listings; also the name of the dialect it prints.
public enum Disassembler: String, CaseIterable, Sendable {
  /// `go tool objdump`.
  case go
  /// GNU binutils' objdump.
  case gnu
  /// llvm-objdump.
  case llvm
}

/// A debugger whose listing was pasted.
public enum Debugger: String, CaseIterable, Sendable {
  /// Prints by the library of GNU's objdump.
  case gdb
  /// Prints by the library of Go's objdump.
  case delve
}

/// A machine, by Go's name for it.
public enum Architecture: String, CaseIterable, Sendable, CustomStringConvertible {
  case amd64, arm64
  case i386 = "386"
  case arm, riscv64, loong64, ppc64le, s390x

  /// Go's name for it.
  public var description: String { rawValue }

  /// All that fathom reads, for messages: `amd64, arm64 and 386`.
  public static var known: String {
    allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " and \(allCases[allCases.count - 1])"
  }

  /// Whether Go passes arguments and results in registers; elsewhere all are on the stack (Go `internal/abi`).
  public var passesInRegisters: Bool {
    switch self {
    case .amd64, .arm64, .riscv64, .loong64, .ppc64le, .s390x: true
    case .i386, .arm: false
    }
  }

  /// How far above SP a function finds room for the arguments of its calls: behind what belongs to the callee, the
  /// place of the link register first (Go `internal/goarch`, MinFrameSize).
  public var argumentOffset: Int {
    switch self {
    case .amd64, .i386: 0
    case .arm64, .arm, .riscv64, .loong64, .s390x: word
    case .ppc64le: 4 * word
    }
  }

  /// The bytes of a pointer.
  public var word: Int {
    switch self {
    case .amd64, .arm64, .riscv64, .loong64, .ppc64le, .s390x: 8
    case .i386, .arm: 4
    }
  }

  /// What CALL itself pushes: the return address on x86, nothing where it goes to a register.
  public var callPush: Int {
    switch self {
    case .amd64, .i386: word
    case .arm64, .arm, .riscv64, .loong64, .ppc64le, .s390x: 0
    }
  }
}
