public import GoBinary
public import ProgramModel
public import SystemPackage

/// A disassembler that is installed on this computer.
public struct Tool: Hashable, Sendable {
  /// The kind of the tool, and so the dialect that it prints.
  public let kind: Disassembler
  /// The absolute path of the program; for Go, that of the go command.
  public let path: FilePath
  /// Go's objdump itself, where the go command said which it is; see ``Toolbox/prepared(_:)``.
  var objdump: FilePath?
  /// The tool's own line from `--version` or `go version` that names the version.
  public let version: String
  /// The names of the formats that it reads: BFD targets (`elf64-x86-64`) for GNU, architectures (`aarch64`)
  /// for LLVM. Empty for Go, which reads every format and architecture that Go builds for.
  public let targets: Set<String>

  /// The tool's name and version: `GNU objdump 2.40`, `llvm-objdump 21.0.0`, `go tool objdump (go1.27.3)`.
  public var label: String {
    switch kind {
    case .gnu: "GNU objdump \(version.split(separator: " ").last ?? "")"
    case .llvm: "llvm-objdump \(number ?? "")"
    case .go: "go tool objdump (\(version.split(separator: " ").dropFirst(2).first ?? ""))"
    }
  }

  /// The first number of the version: 21 for LLVM 21.0.0.
  public var majorVersion: Int? { number.flatMap { Int($0.prefix { $0 != "." }) } }

  private var number: Substring? { version.split(separator: " ").first { $0.first?.isNumber == true } }

  /// Returns the reason why the tool cannot decode this binary correctly; nil when it can.
  public func refusal(of binary: BinaryFile) -> String? {
    if binary.format == .archive, kind != .go { return "only Go's objdump reads Go's archives" }
    if binary.isObject || binary.isPartlyLinked, kind == .go, binary.format != .archive {
      return "Go's objdump reads no other objects"
    }
    guard let arch = binary.arch else { return "\(binary.machine) is not supported yet" }
    switch kind {
    case .go:
      return binary.hasSymbols ? nil : "Go's objdump refuses a stripped binary"
    case .gnu:
      // On s390x, padding is two or four bytes long. Where no symbol marks the start of a function, GNU
      // objdump decodes two zero bytes together with the function's first four bytes.
      if !binary.hasSymbols, !readsWithoutSymbols(binary) {
        return "it loses step in a stripped binary of s390x"
      }
      return targets.contains(Self.target(binary.format, arch))
        ? nil : "it was built without \(Self.target(binary.format, arch))"
    case .llvm:
      return targets.contains(Self.llvmName(arch)) ? nil : "it was built without \(Self.llvmName(arch))"
    }
  }

  /// Whether it prints a binary's code correctly where no symbols mark the starts of functions.
  public func readsWithoutSymbols(_ binary: BinaryFile) -> Bool {
    kind == .llvm || kind == .gnu && binary.arch != .s390x
  }

  /// Returns the arguments with which the tool prints the code of a file.
  ///
  /// They leave out the bytes of the instructions, as GNU objdump then takes 0.7 times as long. Nothing is
  /// read from these bytes in the dialects of GNU and LLVM, except where ``needsBytes(_:)`` says so. Go's
  /// objdump has no such option.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - arch: its architecture.
  ///   - range: the addresses to print; nil for all.
  ///   - symbols: a regular expression of Go's for the functions to print; nil for all. Only Go's objdump
  ///     supports it.
  func arguments(
    for path: FilePath, _ arch: Architecture?, range: Range<UInt64>?, symbols: String? = nil
  ) -> [Command.Argument] {
    let bounds = range.map {
      ["0x" + String($0.lowerBound, radix: 16), "0x" + String($0.upperBound, radix: 16)]
    }
    if kind == .go {
      let filter = symbols.map { ["-s", $0] } ?? []
      return ((objdump == nil ? ["tool", "objdump"] : []) + filter).map { .init($0) } + [.init(file: path)]
        + (bounds ?? []).map { .init($0) }
    }
    var arguments = ["-d"]
    if !needsBytes(arch) { arguments.append("--no-show-raw-insn") }
    if kind == .llvm, arch == .arm64, let majorVersion, majorVersion < 15 {
      // Up to LLVM 14 it knows only the first ARMv8 unless told otherwise, and prints every LSE atomic as
      // `<unknown>`: 1,555 in cmd/link of Go 1.27, and 24 with this option (LLVM 21 prints 34 by default).
      arguments.append(majorVersion >= 12 ? "--mcpu=apple-a14" : "--mattr=+lse")
    }
    // Up to LLVM 15 it knows only POWER8 unless told otherwise, and prints the first half of an instruction of eight
    // bytes as `<unknown>`, the second as another instruction.
    if kind == .llvm, arch == .ppc64le, let majorVersion, majorVersion >= 11 {
      arguments.append("--mcpu=pwr10")
    }
    // By default it knows only ARMv4, and prints 3,324 of a program's 150,000 instructions as `<unknown>`.
    // With this option it is 156, nearly all of them constants.
    if kind == .llvm, arch == .arm { arguments.append("--mcpu=cortex-a15") }
    // Print the padding, which both tools elide: it shows where the last instruction ends, which may have two
    // bytes or four.
    if arch == .riscv64 { arguments.append("-z") }
    if kind == .llvm, arch == .riscv64 {
      // By default it knows only the base instructions, and prints half of those in cmd/compile as
      // `<unknown>`.
      arguments.append("--mattr=+a,+c,+d,+f,+m,+v,+zba,+zbb,+zbs")
    }
    // By default it does not even know the instructions that Go's compiler takes for granted: 26,000 are
    // unknown in one program.
    if kind == .llvm, arch == .s390x { arguments.append("--mcpu=z14") }
    if let bounds { arguments += ["--start-address=\(bounds[0])", "--stop-address=\(bounds[1])"] }
    return arguments.map { .init($0) } + [.init(file: path)]
  }

  /// Whether the bytes of the instructions are needed. On arm, constants are among the instructions. LLVM
  /// prints ppc64le's padding as `<unknown>`. On s390x, only the bytes tell the length of the last
  /// instruction.
  private func needsBytes(_ arch: Architecture?) -> Bool {
    switch (kind, arch) {
    case (.llvm, .ppc64le), (_, .arm), (_, .s390x): true
    default: false
    }
  }

  /// Returns BFD's name for the combination of a format and an architecture; `none` where there is none.
  public static func target(_ format: BinaryFormat, _ arch: Architecture) -> String {
    switch (format, arch) {
    case (.elf, .amd64): "elf64-x86-64"
    case (.elf, .arm64): "elf64-littleaarch64"
    case (.elf, .i386): "elf32-i386"
    case (.elf, .arm): "elf32-littlearm"
    case (.elf, .riscv64): "elf64-littleriscv"
    case (.elf, .loong64): "elf64-loongarch"
    case (.elf, .ppc64le): "elf64-powerpcle"
    case (.elf, .s390x): "elf64-s390"
    case (.pe, .amd64): "pei-x86-64"
    case (.pe, .arm64): "pei-aarch64-little"
    case (.pe, .i386): "pei-i386"
    case (.pe, .arm): "pei-arm-little"
    case (.pe, .riscv64): "pei-riscv64-little"
    case (.pe, .loong64): "pei-loongarch64"
    case (.pe, .ppc64le), (.pe, .s390x), (_, .ppc64le), (_, .s390x): "none"
    case (_, .amd64): "mach-o-x86-64"
    case (_, .arm64): "mach-o-arm64"
    case (_, .i386): "mach-o-i386"
    case (_, .arm): "mach-o-arm"
    case (_, .riscv64): "mach-o-riscv64"
    case (_, .loong64): "mach-o-loong64"
    }
  }

  /// Returns LLVM's name for an architecture.
  public static func llvmName(_ arch: Architecture) -> String {
    switch arch {
    case .amd64: "x86-64"
    case .arm64: "aarch64"
    case .i386: "x86"
    case .arm: "arm"
    case .riscv64: "riscv64"
    case .loong64: "loongarch64"
    case .ppc64le: "ppc64le"
    case .s390x: "systemz"
    }
  }
}
