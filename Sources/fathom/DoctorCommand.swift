import ArgumentParser
import ProgramModel
import Reporting

/// The command `fathom doctor [BINARY]`, which finds the disassemblers that are here.
///
/// The report is printed first, also where the process then exits with 2: no tool is on PATH, the one that
/// `--disassembler` names is not, or the binary cannot be scanned.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Which disassemblers are here, and which one is taken and why.",
    usage: "fathom doctor [BINARY] [OPTIONS]")

  @Argument(help: "A binary to look at.")
  var binary: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let report = await Diagnosis.make(binary: binary, common)
    try Destination().write {
      try DoctorReporter(report, options: common.textOptions(top: 10)).write(to: $0)
    }
    if report.tools.allSatisfy({ $0.path == nil }) {
      throw FathomError(
        "no disassembler is on PATH: install Go, binutils (apt install binutils, brew install binutils) or LLVM; a Swift toolchain has llvm-objdump"
      )
    }
    guard !report.isHealthy else { return }
    if let binary = report.binary {
      throw FathomError("\(binary.path): cannot be scanned: \(binary.problem ?? "no disassembler reads it")")
    }
    throw FathomError(
      "--disassembler \(common.disassembler.rawValue): there is none on PATH; install it, or leave --disassembler out"
    )
  }
}
