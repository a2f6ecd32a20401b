import ArgumentParser
import CallGraph
import ProgramModel
import SystemPackage

/// The options of every command that follows calls: how the call graph is made.
struct GraphOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where calls through pointers lead.", valueName: "file"))
  var edges: String?

  @Flag(help: "Follow panics and crashes, too.")
  var throughPanics = false

  @Flag(help: "Follow what the runtime does for GODEBUG, traces and lock profiles alone, too.")
  var throughDiagnostics = false

  /// Reads the file of `--edges`; nil without one. It is called before the scan, so that a wrong name costs
  /// no time.
  ///
  /// Throws `FathomError` where there is no such file, and where it is larger than 16 MiB.
  func readEdges() throws -> EdgesFile? {
    guard let edges else { return nil }
    let name = CommonOptions.shown(edges)
    let path = FilePath(platformString: ArgumentBytes.path(edges))
    guard let text = try CheckPlace.text(of: path, name: name, limit: 16 << 20) else {
      throw FathomError("\(name): no such file; --edges names one with «caller -> callee» lines")
    }
    return EdgesFile(text: Array(text.utf8), name: name)
  }

  /// Runs the analyses, and prints which lines of the edges file have no effect.
  func analyse(_ program: Program, _ file: EdgesFile?, isQuiet: Bool) throws -> Depth {
    var options = CallGraph.Options(throughPanics: throughPanics, throughDiagnostics: throughDiagnostics)
    if let file {
      options.edges = try EdgeRules(file.text, file: file.name, program: program)
      if !isQuiet {
        for line in options.edges.idle {
          Errors.say("\(file.name):\(line): none of these callers has an open call: the line does nothing")
        }
      }
    }
    return Depth(program, options: options)
  }

  /// The text of an edges file.
  struct EdgesFile {
    let text: [UInt8]
    /// The name for messages, safe to print.
    let name: String
  }
}
