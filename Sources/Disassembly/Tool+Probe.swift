import ProgramModel
import SystemPackage

extension Tool {
  /// The phrase, for messages, for a program that did not answer in time.
  public static let silence = "did not say within \(patience) seconds what it is"
  /// The time that a program has to identify itself, in seconds. A tool prints its version at once, or within
  /// a second on a busy computer.
  static let patience = 10

  /// Asks a program for its name and version; nil for a program that does not run, or is no known
  /// disassembler.
  ///
  /// - Parameters:
  ///   - path: the program.
  ///   - environment: its variables.
  ///   - patience: the time that it may take, in seconds.
  ///   - isSilent: set to whether it took longer, and was killed.
  static func probe(
    _ path: FilePath, environment: ChildEnvironment, patience: Int, isSilent: inout Bool
  ) async -> Tool? {
    var wasEnded = false
    defer { isSilent = wasEnded }
    func ask(_ arguments: Command.Argument...) async -> [Substring] {
      let command = Command(executable: path, arguments: arguments, environment: environment.forDisassembler)
      guard let answer = try? await ChildProcess.run(command, seconds: patience) else { return [] }
      wasEnded = wasEnded || answer.wasEnded
      guard answer.ending.isSuccess else { return [] }
      return String(decoding: answer.output, as: UTF8.self).split(separator: "\n")
    }
    if path.lastComponent?.string == "go" {
      let version = await ask("version")
      guard let version = version.first, version.hasPrefix("go version ") else { return nil }
      return Tool(kind: .go, path: path, version: String(version), targets: [])
    }
    let lines = await ask("--version")
    if let first = lines.first, first.hasPrefix("GNU objdump") {
      // Targets are on lines of their own, before a table that repeats them.
      let targets = await ask("-i").filter { !$0.hasPrefix(" ") }.map(String.init)
      return Tool(kind: .gnu, path: path, version: String(first), targets: Set(targets))
    }
    // «LLVM version 21.0.0», «Debian LLVM version 14.0.6», «Apple LLVM version 17.0.0 (…)».
    guard let version = lines.first(where: { $0.contains("LLVM version ") }) else { return nil }
    // `    aarch64    - AArch64 (little endian)`.
    let targets = lines.filter { $0.contains(" - ") }.compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    return Tool(
      kind: .llvm, path: path, version: version.drop { $0 == " " }.description, targets: Set(targets))
  }
}
