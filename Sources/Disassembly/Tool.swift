public import GoBinary
public import ProgramModel
public import SystemPackage

/// A disassembler of this machine.
public struct Tool: Hashable, Sendable {
  /// What it is, and the dialect that it prints.
  public let kind: Disassembler
  /// Where it is, absolute. For Go this is the go command.
  public let path: FilePath
  /// Its own word: the line of `--version` or `go version` that names the version.
  public let version: String
  /// What it reads: BFD targets (`elf64-x86-64`) for GNU, machines (`aarch64`) for LLVM; empty for
  /// Go, which reads every format and machine that Go builds for.
  public let targets: Set<String>

  /// `GNU objdump 2.40`, `llvm-objdump 21.0.0`, `go tool objdump (go1.27.3)`.
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

  /// Whether it decodes the code of this binary rightly; the reason when it does not.
  public func refusal(of binary: BinaryFile) -> String? {
    if binary.format == .archive, kind != .go { return "only Go's objdump reads Go's archives" }
    if binary.isObject, kind == .go, binary.format != .archive {
      return "Go's objdump reads no other objects"
    }
    guard let arch = binary.arch else { return "\(binary.machine) is not supported yet" }
    switch kind {
    case .go:
      return binary.hasSymbols ? nil : "Go's objdump refuses a stripped binary"
    case .gnu:
      // Its padding has two bytes or four, and where no name says that a function begins here, what GNU's objdump
      // makes of two zeros takes the function's first four bytes along.
      if !binary.hasSymbols, !readsWithoutSymbols(binary) {
        return "it loses step in a stripped binary of s390x"
      }
      return targets.contains(Self.target(binary.format, arch))
        ? nil : "it was built without \(Self.target(binary.format, arch))"
    case .llvm:
      return targets.contains(Self.llvmName(arch)) ? nil : "it was built without \(Self.llvmName(arch))"
    }
  }

  /// Whether it prints a binary's code rightly where no symbols say where functions begin.
  public func readsWithoutSymbols(_ binary: BinaryFile) -> Bool {
    kind == .llvm || kind == .gnu && binary.arch != .s390x
  }

  /// What it is called with, so that it prints the code of a file.
  ///
  /// Without the bytes of the instructions: GNU objdump takes 0.7 times as long then, and nothing is
  /// read from them in its dialect and LLVM's, but for arm, whose constants stand between the instructions. Go's
  /// objdump has no such option.
  ///
  /// - Parameters:
  ///   - range: addresses to print; nil for all.
  ///   - symbols: a regular expression of Go's for the functions to print; nil for all. Go's objdump alone has that.
  func arguments(
    for path: FilePath, _ arch: Architecture?, range: Range<UInt64>?, symbols: String? = nil
  ) -> [Command.Argument] {
    let bounds = range.map {
      ["0x" + String($0.lowerBound, radix: 16), "0x" + String($0.upperBound, radix: 16)]
    }
    if kind == .go {
      let filter = symbols.map { ["-s", $0] } ?? []
      return (["tool", "objdump"] + filter).map { .init($0) } + [.init(file: path)]
        + (bounds ?? []).map { .init($0) }
    }
    var arguments = ["-d"]
    if !needsBytes(arch) { arguments.append("--no-show-raw-insn") }
    if kind == .llvm, arch == .arm64, let majorVersion, majorVersion < 15 {
      // Up to 14 it knows only the first ARMv8 unless told otherwise, and prints every LSE atomic as
      // `<unknown>`: 1,555 in cmd/link of Go 1.27, 24 with this (LLVM 21 prints 34 by itself).
      arguments.append(majorVersion >= 12 ? "--mcpu=apple-a14" : "--mattr=+lse")
    }
    // By itself it knows ARMv4: it prints 3,324 instructions of a program of 150,000 as `<unknown>`; 156 with this,
    // all but a few of them constants.
    if kind == .llvm, arch == .arm { arguments.append("--mcpu=cortex-a15") }
    // Where the last instruction ends the padding behind it shows, which both elide: it may have two bytes or four.
    if arch == .riscv64 { arguments.append("-z") }
    if kind == .llvm, arch == .riscv64 {
      // By itself it knows the base instructions alone, and prints half of cmd/compile's as `<unknown>`.
      arguments.append("--mattr=+a,+c,+d,+f,+m,+v,+zba,+zbb,+zbs")
    }
    // Not even what Go's compiler takes for granted does it know by itself: 26,000 unknown instructions in a program.
    if kind == .llvm, arch == .s390x { arguments.append("--mcpu=z14") }
    if let bounds { arguments += ["--start-address=\(bounds[0])", "--stop-address=\(bounds[1])"] }
    return arguments.map { .init($0) } + [.init(file: path)]
  }

  /// Whether the bytes of instructions are read: arm's constants stand among them, LLVM prints ppc64's padding as
  /// `<unknown>`, and s390x's last instruction says by them alone how long it is.
  private func needsBytes(_ arch: Architecture?) -> Bool {
    switch (kind, arch) {
    case (.llvm, .ppc64le), (_, .arm), (_, .s390x): true
    default: false
    }
  }

  /// BFD's name for what a format and a machine are together.
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

  /// LLVM's name for a machine.
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
