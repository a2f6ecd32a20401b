import ArgumentParser
import CallGraph
import ProgramModel
import SystemPackage

/// How the call graph is made: the options of every command that follows calls.
struct GraphOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where calls through pointers lead.", valueName: "file"))
  var edges: String?

  @Flag(help: "Follow panics and crashes, too.")
  var throughPanics = false

  /// What `--edges` says: read before the scan, so that a wrong name costs no wait.
  func readEdges() throws -> EdgesFile? {
    guard let edges else { return nil }
    let name = CommonOptions.shown(edges)
    let path = FilePath(platformString: ArgumentBytes.path(edges))
    guard let text = try CheckPlace.text(of: path, name: name, limit: 16 << 20) else {
      throw FathomError("\(name): no such file; --edges names one with «caller -> callee» lines")
    }
    return EdgesFile(text: Array(text.utf8), name: name)
  }

  /// Runs the analyses, and says which lines of the edges file do nothing.
  func analyse(_ program: Program, _ file: EdgesFile?, isQuiet: Bool) throws -> Depth {
    var options = CallGraph.Options(throughPanics: throughPanics)
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
    /// What messages call it.
    let name: String
  }
}
