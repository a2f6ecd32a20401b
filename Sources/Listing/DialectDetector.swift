import ByteText
import ProgramModel

/// Finds out from a listing's beginning who printed it, for which machine, and how operands are spelled.
public enum DialectDetector {
  /// The answer.
  public enum Finding: Sendable {
    case found(Dialect)
    /// A listing, of a machine that fathom does not read: the name that the listing gives it.
    case unknownArchitecture(String)
    /// A listing whose functions have no names: of a stripped binary.
    case unnamed
    /// A listing that does not name what is called: llvm-objdump's of s390x.
    case unnamedTargets
    /// A listing's frame without an instruction in it.
    case empty
    /// A listing whose instructions are not spelled as any disassembler spells them: one of these.
    case damaged(String)
    /// Nothing in it looks like objdump's output.
    case notAListing
  }

  private static let unknown = Finding.unknownArchitecture("an unknown machine")

  /// Reads the beginning of a listing.
  ///
  /// - Parameters:
  ///   - text: the beginning, with ``textPadding`` newlines behind it.
  ///   - end: where the padding begins.
  ///   - isNamedLater: a listing without names is none of ``Finding/unnamed``: it will get them (``FunctionNames``).
  public static func detect(_ text: borrowing Span<UInt8>, end: Int, isNamedLater: Bool = false) -> Finding {
    let sample = ListingSample(text, end: end)
    guard let format = sample.format, let found = sample.instructions[format] else {
      return sample.hasHead ? .empty : .notAListing
    }
    // What is data in truth is spelled in strange ways at times.
    let unsound = found.compactMap { unsoundText(text, $0, format) }
    if unsound.count * 10 > found.count, let first = unsound.first { return .damaged(text.string(first)) }
    switch format {
    case .go, .compiler: return go(text, found, format, namesABI: sample.namesABI)
    case .delve: return delve(text, found)
    case .gdb:
      guard let machine = machine(text, found, sample) else { return unknown }
      return .found(
        Dialect(.gdb, disassembler: .go, architecture: machine, syntax: syntax(of: machine, text, found)))
    case .binutils:
      if sample.headers.all > 0, sample.headers.all == sample.headers.unnamed, !isNamedLater {
        return .unnamed
      }
      return binutils(text, sample, found, isNamedLater)
    }
  }

  // MARK: By format

  /// Where an instruction stands that is not spelled as one; nil for all others.
  private static func unsoundText(
    _ text: borrowing Span<UInt8>, _ instruction: ListingSample.Instruction, _ format: ListingFormat
  ) -> Range<Int>? {
    var start = PasteLine.behindBlanks(text, instruction.text.lowerBound, instruction.text.upperBound)
    let isGo: Bool
    switch format {
    case .go, .compiler: isGo = true
    case .delve: isGo = text[start] &- 0x61 >= 26
    case .binutils, .gdb:
      isGo = false
      start = BinutilsDialect.rawBytes(text, from: start).end
    }
    let end = PasteLine.trimmed(text, min(start, instruction.text.upperBound)..<instruction.text.upperBound)
    // A line may hold the last bytes of a long instruction alone.
    return start >= end || Spelling.isSound(text, start..<end, isGo: isGo) ? nil : start..<end
  }

  private static func go(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction], _ format: ListingFormat,
    namesABI: Bool
  ) -> Finding {
    guard let name = goMachine(text, instructions, format, namesABI: namesABI) else { return unknown }
    guard let machine = Architecture(rawValue: name) else { return .unknownArchitecture(name) }
    var dialect = Dialect(format, disassembler: .go, architecture: machine, syntax: .go)
    if format == .go {
      dialect.lacksBytes = instructions.allSatisfy { $0.bytes?.count == 1 }
      dialect.isObject = MachineMarks.Marks(has: ["]R_"]).count(in: instructions, text) > 0
      dialect.hasGNUComments =
        MachineMarks.Marks(has: [" // "]).count(in: instructions, text) * 2 > instructions.count
    }
    return .found(dialect)
  }

  private static func goMachine(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction], _ format: ListingFormat,
    namesABI: Bool = false
  ) -> String? {
    var name: String?
    if format == .compiler {
      name = MachineMarks.compiler.machine(of: instructions, text)
    } else {
      // Instructions of an odd length are x86's alone, and neither x86's returns nor those of s390x are four bytes long.
      // A few lines may be damaged.
      let digits = instructions.compactMap { $0.bytes?.count }.filter { $0 > 1 }
      let isFixedWidth = digits.count { $0 == 8 } * 10 >= digits.count * 9
      name =
        digits.count { $0 % 4 == 2 } * 10 > digits.count
        ? MachineMarks.x86
        : MachineMarks.go.machine(of: instructions, text) { name in
          digits.isEmpty || name == "riscv64" || isFixedWidth != (name == MachineMarks.x86 || name == "s390x")
        }
    }
    guard name == MachineMarks.x86 else { return name }
    return MachineMarks.goX86.machine(of: instructions, text) { $0 == "amd64" || !namesABI } ?? "amd64"
  }

  private static func delve(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction]
  ) -> Finding {
    var machine: Architecture?
    var syntax = Syntax.go
    if MachineMarks.att.count(in: instructions, text) + MachineMarks.intel.count(in: instructions, text) > 0 {
      machine = x86(text, instructions, is32Bit: nil)
      syntax = x86Syntax(text, instructions)
    } else {
      machine = goMachine(text, instructions, .delve).flatMap(Architecture.init(rawValue:))
    }
    guard let machine else { return unknown }
    return .found(Dialect(.delve, disassembler: .go, architecture: machine, syntax: syntax))
  }

  private static func binutils(
    _ text: borrowing Span<UInt8>, _ sample: ListingSample, _ instructions: [ListingSample.Instruction],
    _ isNamedLater: Bool
  ) -> Finding {
    guard let machine = machine(text, instructions, sample) else {
      return sample.fileFormat.map { .unknownArchitecture($0) } ?? unknown
    }
    // GNU's of binutils for LoongArch is not read.
    if machine == .loong64, !sample.isLLVM { return .unknownArchitecture(sample.fileFormat ?? "loong64") }
    if machine == .s390x, sample.isLLVM, !isNamedLater,
      instructions.allSatisfy({ text.firstOffset(of: " <", in: $0.text) == nil })
    {
      return .unnamedTargets
    }
    let fileFormat = sample.fileFormat ?? ""
    var dialect = Dialect(
      disassembler: sample.isLLVM ? .llvm : .gnu, architecture: machine,
      syntax: syntax(of: machine, text, instructions), hasUnderscores: fileFormat.contains("mach-o"))
    // GNU's name for it and LLVM's.
    dialect.isPE = fileFormat.hasPrefix("pei-") || fileFormat.hasPrefix("coff-")
    return .found(dialect)
  }

  // MARK: Machine and syntax

  private static func machine(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction], _ sample: ListingSample
  ) -> Architecture? {
    if let format = sample.fileFormat { return Architecture(fileFormat: format) }
    let name = MachineMarks.binutils.machine(of: instructions, text) { name in
      sample.is32Bit.map { $0 == (name == "arm") || name == MachineMarks.x86 } ?? true
    }
    if name == MachineMarks.x86 { return x86(text, instructions, is32Bit: sample.is32Bit) }
    return name.flatMap(Architecture.init(rawValue:))
  }

  private static func x86(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction], is32Bit: Bool?
  ) -> Architecture {
    is32Bit ?? (MachineMarks.amd64.count(in: instructions, text) == 0) ? .i386 : .amd64
  }

  private static func syntax(
    of machine: Architecture, _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction]
  ) -> Syntax {
    switch machine {
    case .amd64, .i386: x86Syntax(text, instructions)
    case .arm64, .arm: .arm
    case .riscv64, .loong64: .risc
    case .ppc64le: .power
    case .s390x: .zarch
    }
  }

  private static func x86Syntax(
    _ text: borrowing Span<UInt8>, _ instructions: [ListingSample.Instruction]
  ) -> Syntax {
    let att = MachineMarks.att.count(in: instructions, text)
    return att >= MachineMarks.intel.count(in: instructions, text) ? .att : .intel
  }
}

extension Architecture {
  /// Words in the names that GNU and LLVM have for the formats of files.
  private static let fileFormats: KeyValuePairs<String, Architecture> = [
    "aarch64": .arm64, "arm64": .arm64, "x86-64": .amd64, "x86_64": .amd64, "i386": .i386, "littlearm": .arm,
    "elf64-littleriscv": .riscv64, "elf64-loongarch": .loong64, "s390": .s390x, "powerpcle": .ppc64le,
  ]

  /// The machine of a file whose format GNU's or LLVM's objdump names, `elf64-x86-64`; nil for one that is not read.
  init?(fileFormat: String) {
    guard let found = Self.fileFormats.first(where: { fileFormat.contains($0.key) }) else { return nil }
    self = found.value
  }
}
