/// The model of one binary: its functions, and the input that they were read from.
public struct Program: Sendable {
  /// The input that the model was read from.
  public var header: Header
  /// Every name that the other properties refer to.
  public var names: NameTable
  /// The functions in address order; no two have the same entry.
  public var functions: [Function]
  /// Counts of what the input contained beyond the model.
  public var diagnostics: Diagnostics
  /// Whether the input was cut off: every function here is whole, but some are missing.
  public var isPartial: Bool
  /// The packages of folders with assembly, see ``findPackagesOfFolders()``.
  var packagesOfFolders: [String: String] = [:]

  /// Creates a program from its parts.
  public init(
    header: Header, names: NameTable, functions: [Function], diagnostics: Diagnostics, isPartial: Bool
  ) {
    self.header = header
    self.names = names
    self.functions = functions
    self.diagnostics = diagnostics
    self.isPartial = isPartial
  }

  /// Returns the stack that one call of a function takes, in bytes: its frame, and the return address where
  /// CALL pushes it.
  public func callCost(of function: Function) -> Int { function.frame.bytes + header.arch.callPush }

  /// Returns the index of the function with this entry, by binary search; nil where there is none.
  public func index(ofEntry entry: UInt64) -> Int? {
    let i = lowerBound(entry)
    return i < functions.count && functions[i].entry == entry ? i : nil
  }

  /// Returns the index of the function whose code contains an address; nil where there is none.
  public func index(holding address: UInt64) -> Int? {
    let i = lowerBound(address)
    if i < functions.count, functions[i].entry == address, functions[i].size > 0 { return i }
    guard i > 0, address - functions[i - 1].entry < UInt64(functions[i - 1].size) else { return nil }
    return i - 1
  }

  private func lowerBound(_ entry: UInt64) -> Int {
    // By index: to hand an element to the closure would copy it.
    functions.indices.partitioningIndex { functions[$0].entry >= entry }
  }

  /// The source of a model: the input, the toolchain and the modules.
  public struct Header: Sendable {
    /// The input as the user named it: a path, or `-`.
    public var input: String
    /// The kind of the input.
    public var inputKind: InputKind
    /// `sha256:` and the SHA-256 of the input, in hex; nil for text, which is streamed.
    public var contentHash: String?
    /// `go1.27.3`; nil when the input does not say.
    public var goVersion: String?
    /// The operating system, as in GOOS; nil when the input does not say.
    public var os: String?
    /// The architecture.
    public var arch: Architecture
    /// The build tags.
    public var tags: [String]
    /// The main module's path; nil when the input does not say.
    public var modulePath: String?
    /// The source from which the user's own code was determined; nil when there was none.
    public var ownFrom: OwnFrom?
    /// The import-path prefixes of the user's own packages.
    public var ownPrefixes: [String] {
      didSet { ownFolders = Self.folders(ownPrefixes) }
    }
    /// The prefixes without a trailing slash, sorted for look-ups: records may name as many as there are
    /// packages.
    private var ownFolders: [Substring]
    /// The modules that the code was built from; empty when the input does not say.
    public var modules: ModuleList
    /// The disassembler that printed the listing, and so its dialect.
    public var disassembler: Disassembler
    /// The debugger that printed the listing, by the library of ``disassembler``; nil for none.
    public var debugger: Debugger?

    /// Creates a header.
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

    /// Whether a prefix without a trailing slash is one of ``ownPrefixes``, or one of those that every
    /// program has.
    func isOwnPrefix(_ prefix: Substring) -> Bool {
      let first = ownFolders.partitioningIndex { $0 >= prefix }
      return first < ownFolders.count && ownFolders[first] == prefix
    }

    /// Returns the prefixes without a trailing slash, sorted, together with those that every program has.
    private static func folders(_ prefixes: [String]) -> [Substring] {
      (Origin.mainPackages + prefixes).map { $0.utf8.last == UInt8(ascii: "/") ? $0.dropLast() : $0[...] }
        .sorted()
    }
  }
}

/// The kind of input that a program was read from.
public enum InputKind: String, CaseIterable, Sendable {
  case binary, archive, text, compiler
}

/// The source from which the user's own code was determined.
public enum OwnFrom: String, CaseIterable, Sendable {
  /// The `--module` option.
  case flag
  /// `go list`, where fathom built the code.
  case list
  /// The main module in the build info.
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

/// A debugger whose listing was pasted into the input.
public enum Debugger: String, CaseIterable, Sendable {
  /// GDB, which prints by the library of GNU's objdump.
  case gdb
  /// Delve, which prints by the library of Go's objdump.
  case delve
}

/// An architecture, by Go's name for it.
public enum Architecture: String, CaseIterable, Sendable, CustomStringConvertible {
  case amd64, arm64
  case i386 = "386"
  case arm, riscv64, loong64, ppc64le, s390x

  /// Go's name for the architecture.
  public var description: String { rawValue }

  /// The names of all architectures that fathom reads, for messages: `amd64, arm64 and 386`.
  public static var known: String {
    allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " and \(allCases[allCases.count - 1])"
  }

  /// Whether Go passes arguments and results in registers; elsewhere all of them are on the stack (Go
  /// `internal/abi`).
  public var passesInRegisters: Bool {
    switch self {
    case .amd64, .arm64, .riscv64, .loong64, .ppc64le, .s390x: true
    case .i386, .arm: false
    }
  }

  /// The distance above SP, in bytes, at which a function stores the arguments of its calls. Below them is
  /// the space that belongs to the callee, with the link register's slot first (Go `internal/goarch`,
  /// MinFrameSize).
  public var argumentOffset: Int {
    switch self {
    case .amd64, .i386: 0
    case .arm64, .arm, .riscv64, .loong64, .s390x: word
    case .ppc64le: 4 * word
    }
  }

  /// The size of a pointer, in bytes.
  public var word: Int {
    switch self {
    case .amd64, .arm64, .riscv64, .loong64, .ppc64le, .s390x: 8
    case .i386, .arm: 4
    }
  }

  /// The lengths that instructions have, in bytes, and the number of which all are multiples.
  public var instructionLengths: (all: ClosedRange<Int>, unit: Int) {
    switch self {
    case .amd64, .i386: (1...15, 1)
    case .arm64, .arm, .loong64: (4...4, 4)
    case .ppc64le: (4...8, 4)
    case .riscv64: (2...4, 2)
    case .s390x: (2...6, 2)
    }
  }

  /// The bytes on a multiple of which Go's linker puts each function (cmd/link/internal/amd64/l.go, funcAlign, and so on).
  public var entryAlignment: Int {
    switch self {
    case .amd64: 32
    case .i386, .arm64, .loong64, .ppc64le, .s390x: 16
    case .riscv64: 8
    case .arm: 4
    }
  }

  /// The bytes that CALL itself pushes: the return address on x86, and 0 where it goes to a register.
  public var callPush: Int {
    switch self {
    case .amd64, .i386: word
    case .arm64, .arm, .riscv64, .loong64, .ppc64le, .s390x: 0
    }
  }
}
