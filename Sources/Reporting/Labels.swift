import ProgramModel

/// The model's values in words.
struct Labels: Sendable {
  let program: Program

  func name(_ name: NameID) -> String { TerminalText.safe(program.names.bytes(of: name)) }

  /// `server.go:88`: the last element of the file's path.
  func place(_ location: SourceLocation) -> String { place(location.file, location.line) }

  func place(_ file: NameID, _ line: Int32?) -> String {
    let path = program.names.bytes(of: file)
    let start = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 }
    let base = TerminalText.safe(path[(start ?? path.startIndex)...])
    return line.map { "\(base):\($0)" } ?? base
  }

  /// Where a function is: its file and line, or else its address.
  func place(of function: Function) -> String {
    function.file.map { place($0, function.line) } ?? Figures.address(function.entry)
  }

  /// Where a site is: its line, or else its address.
  func place(_ location: SourceLocation?, _ address: UInt64) -> String {
    location.map { place($0) } ?? Figures.address(address)
  }

  /// A stub of `reflect.Call` or of the debugger (`runtime.call1073741824`): in every binary, with a frame
  /// as large as its name says, and called by no one's choice.
  func isStub(_ function: Function) -> Bool {
    let name = program.names.bytes(of: function.name)
    for prefix in ["runtime.call", "runtime.debugCall"] where name.starts(with: prefix.utf8) {
      let digits = name.dropFirst(prefix.utf8.count)
      return !digits.isEmpty && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
    return false
  }
}

extension Disassembler {
  /// What people call it.
  var label: String {
    switch self {
    case .go: "go tool objdump"
    case .gnu: "GNU objdump"
    case .llvm: "llvm-objdump"
    }
  }
}

extension DeferSite.Kind {
  var label: String {
    switch self {
    case .open: "open-coded"
    case .stack: "stack"
    case .heap: "heap"
    case .range: "range-over-func"
    }
  }
}

extension Uncertainty {
  /// A word or two.
  var label: String {
    switch self {
    case .stackSwitch: "stack switch"
    case .checkMismatch: "check differs"
    case .depthMismatch: "two depths"
    case .undecoded: "not decoded"
    case .tooLarge: "too large"
    }
  }

  /// A sentence.
  var explanation: String {
    switch self {
    case .stackSwitch: "SP goes deeper after a write to it that the text does not settle"
    case .checkMismatch: "the reservation and the split check's immediate disagree"
    case .depthMismatch: "SP is reached at two depths that differ, and goes deeper from there"
    case .undecoded: "the disassembler lost step before the prologue was over"
    case .tooLarge: "it has more instructions than fathom reads of one function"
    }
  }
}

extension SplitCheck {
  /// What the class says of the frame.
  var explanation: String {
    switch self {
    case .none: "none: a small leaf, nosplit, or not Go"
    case .small: "small: the frame is at most 128 bytes"
    case .big: "big: the frame is above 128 and at most 4,096 bytes"
    case .huge: "huge: the frame is above 4,096 bytes"
    }
  }
}

extension Origin {
  /// What people call it.
  var label: String {
    switch self {
    case .own: "your own"
    case .dependency: "a dependency's"
    case .std: "the standard library's"
    case .runtime: "the runtime's"
    case .compiler: "made by the compiler"
    case .c: "not Go, or without a package"
    case .unknown: "nothing says whose"
    }
  }
}

extension OwnFrom {
  /// What settled it, in words.
  var label: String {
    switch self {
    case .flag: "by --module"
    case .list: "by go list"
    case .mod: "by the build info's module"
    case .path: "by the build info's path"
    }
  }
}
