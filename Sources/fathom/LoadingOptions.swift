import ArgumentParser
import Evidence
import GoBinary
import SystemPackage

/// The options that tell how far the loader moved a program, which the words of a stack do not tell.
struct LoadingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How far the loader moved the program, of a stack's words.", valueName: "hex"))
  var slide: String?

  @Option(help: ArgumentHelp("/proc/PID/maps of the process: what --slide is by it.", valueName: "file"))
  var maps: String?

  /// Whether neither option is given.
  var isEmpty: Bool { slide == nil && maps == nil }

  func validate() throws {
    if slide != nil, maps != nil { throw ValidationError("--maps says what --slide would be") }
    if let slide, Self.hexadecimal(slide) == nil {
      throw ValidationError("--slide takes a hexadecimal number, as 0x555555554000")
    }
  }

  /// Returns how far the loader moved a binary, in bytes; 0 without options. Throws `FathomError` where the mappings do
  /// not name the binary, or cannot be read.
  func slide(of binary: String) throws -> UInt64 {
    guard let maps else { return slide.flatMap(Self.hexadecimal) ?? 0 }
    let text = try LogFile.readKeeping(maps).beginning
    let map = MemoryMap(text.span)
    guard !map.isEmpty else {
      throw FathomError("\(CommonOptions.shown(maps)): no line of it is one of /proc/PID/maps")
    }
    let file: BinaryFile
    do { file = try BinaryFile(path: FilePath(platformString: ArgumentBytes.path(binary))) } catch {
      throw FathomError("\(error)")
    }
    let name = binary.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? binary
    guard let code = file.section(".text") ?? file.section("__text"),
      let slide = map.slide(of: name, offset: code.offset, address: code.address)
    else {
      throw FathomError(
        "\(CommonOptions.shown(maps)): nothing of \(CommonOptions.shown(name)) is mapped there")
    }
    return slide
  }

  /// Reads a hexadecimal number, with or without `0x`.
  private static func hexadecimal(_ text: String) -> UInt64? {
    UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : Substring(text), radix: 16)
  }
}
