import ArgumentParser

/// The root of the command line.
struct Fathom: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fathom",
    abstract: "What each function of a Go binary costs: stack, defers, atomics.",
    usage: """
      fathom [scan] INPUT… [--format F[=FILE]] [--top N] [--sort KEY] [-- GO-FLAGS]
      fathom show NAME INPUT
      fathom depth INPUT
      fathom heatmap INPUT [-o FILE]
      fathom check [INPUT…] [--baseline FILE] [--format F[=FILE]] [-- GO-FLAGS]
      fathom baseline [INPUT…] [--output FILE]
      fathom diff OLD NEW
      fathom crash LOG [BINARY]
      fathom goroutines DUMP [BINARY]
      fathom verify BINARY [LISTING]
      fathom doctor [BINARY]
      """,
    discussion: """
      INPUT is a Go binary, an archive or object file, what objdump printed of one, what scan --format ndjson wrote, \
      - for standard input, or Go code (./cmd/app, main.go), which is built first with the flags behind --.
      Exit codes: 0 clean, 1 check or verify found something, 2 an error, wrong usage included.
      """,
    version: "fathom " + Version.text,
    subcommands: [
      ScanCommand.self, ShowCommand.self, DepthCommand.self, HeatmapCommand.self, CheckCommand.self,
      BaselineCommand.self, DiffCommand.self, CrashCommand.self, GoroutinesCommand.self, VerifyCommand.self,
      DoctorCommand.self,
    ],
    defaultSubcommand: ScanCommand.self)

  /// The text that `fathom` without arguments prints.
  static let invitation = """
    fathom tells what each function of a Go binary costs: the stack that it
    reserves, the defers that it registers, the atomics that it executes.

    Try
      fathom ./app                        every function, the costly ones first
      fathom show main.main ./app         one function, line by line
      fathom check                        what is proved and new, for hooks and CI

    It reads binaries, Go code and what objdump printed. fathom --help says more.

    """
}
