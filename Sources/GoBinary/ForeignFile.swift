import ByteText

/// A file that is a program or holds one, but of a kind that fathom does not read. Its description says what it is, and
/// what helps.
public enum ForeignFile: Hashable, Sendable, CustomStringConvertible {
  case webAssembly, plan9, aix, bitcode
  /// A compressed file, by the name of its format.
  case compressed(String)
  /// UPX has packed it: its code is not in it as it runs.
  case packed
  /// A program without section headers, which say where its code and its tables are.
  case withoutSections
  case gccgo, tinyGo

  private static let prefixes: KeyValuePairs<[UInt8], ForeignFile> = [
    [0x00, 0x61, 0x73, 0x6d]: .webAssembly,
    // The magic numbers of amd64, 386, arm and arm64 (`debug/plan9obj/plan9obj.go`).
    [0x00, 0x00, 0x8a, 0x97]: .plan9, [0x00, 0x00, 0x01, 0xeb]: .plan9, [0x00, 0x00, 0x06, 0x47]: .plan9,
    [0x00, 0x00, 0x8c, 0x47]: .plan9,
    // XCOFF of 64 bits and of 32 (`internal/xcoff/xcoff.go`).
    [0x01, 0xf7, 0x00]: .aix, [0x01, 0xdf, 0x00]: .aix,
    [0x42, 0x43, 0xc0, 0xde]: .bitcode,
    [0x1f, 0x8b, 0x08]: .compressed("gzip"), [0x28, 0xb5, 0x2f, 0xfd]: .compressed("zstd"),
    [0xfd, 0x37, 0x7a, 0x58, 0x5a]: .compressed("xz"), [0x50, 0x4b, 0x03, 0x04]: .compressed("zip"),
    [0x42, 0x5a, 0x68, 0x39]: .compressed("bzip2"),
  ]

  /// Recognises a file by its first ``BinaryFormat/prefixLength`` bytes; nil for one that may be text, or a binary.
  public init?(prefix: [UInt8]) {
    guard let found = Self.prefixes.first(where: { prefix.starts(with: $0.key) }) else { return nil }
    self = found.value
  }

  /// Says why a binary is none that Go's own linker wrote; nil where nothing tells.
  ///
  /// - Throws: ``BinaryError`` when the file cannot be read.
  public init?(_ binary: BinaryFile) throws(BinaryError) {
    let names = binary.sections.map(\.name)
    let head = try binary.reader.upTo(4096, at: 0).storage
    if names.contains("UPX0") || head.span.firstOffset(of: "UPX!") != nil {
      self = .packed
    } else if binary.format == .elf, binary.sections.isEmpty {
      self = .withoutSections
    } else if try Self.has([(".dynstr", "libgo.so"), (".strtab", "__go_init_main")], binary)
      || names.contains(".go_export")
    {
      self = .gccgo
    } else if try Self.has([(".strtab", "tinygo_"), (".debug_str", "TinyGo")], binary) {
      self = .tinyGo
    } else {
      return nil
    }
  }

  /// Whether one of these sections has its word, in its first megabytes.
  private static func has(
    _ words: [(section: String, word: StaticString)], _ binary: BinaryFile
  ) throws(BinaryError) -> Bool {
    for (name, word) in words {
      guard let section = binary.section(name) else { continue }
      let bytes = try binary.reader.upTo(min(section.size, 4 << 20), at: section.offset).storage
      if bytes.span.firstOffset(of: word) != nil { return true }
    }
    return false
  }

  /// What the file is, and what helps, without its name.
  public var description: String {
    switch self {
    case .webAssembly:
      "a WebAssembly module, whose stack is the engine's own; build the same package for a processor, "
        + "with GOOS=linux GOARCH=amd64"
    case .plan9:
      "a program of Plan 9, whose format fathom does not read; save its listing with «go tool objdump APP > FILE», "
        + "or build the same package with GOOS=linux"
    case .aix:
      "a program of AIX (XCOFF), whose format and machine, ppc64, fathom does not read; build the same package with "
        + "GOOS=linux GOARCH=ppc64le"
    case .bitcode: "LLVM's bitcode, which is no machine code yet; name the program that is made of it"
    case .compressed(let format): "a file packed by \(format); unpack it and name what is in it"
    case .packed:
      "packed by UPX: its code is not in it as it runs; «upx -d FILE» unpacks it, or name the binary as Go's linker "
        + "wrote it"
    case .withoutSections:
      "a program without section headers, as sstrip and packers leave it, so that nothing says where its code is; "
        + "name the binary as Go's linker wrote it"
    case .gccgo:
      "made by gccgo, whose code keeps its frames otherwise and has no pclntab; build it with Go's own compiler"
    case .tinyGo:
      "made by TinyGo, whose code keeps its frames otherwise and has no pclntab; build it with Go's own compiler"
    }
  }
}
