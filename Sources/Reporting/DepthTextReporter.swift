import CallGraph
import ProgramModel

/// The depth of a program's stacks, as text.
///
/// The summary has one section for each kind of result; every other view answers one question in full. A
/// figure with `≥`, or with «at least», is a lower bound.
public struct DepthTextReporter: Sendable {
  let report: Report
  let depth: Depth
  let view: DepthReport.View
  let options: TextOptions
  var program: Program { report.program }
  var labels: NodeLabels { NodeLabels(depth) }
  var page: TextPage { TextPage(width: options.width, paint: Paint(isOn: options.isColored)) }

  /// Makes the reporter of a report.
  ///
  /// - Parameter options: how it looks.
  public init(_ report: DepthReport, options: TextOptions) {
    self.report = report.report
    depth = report.depth
    view = report.view
    self.options = options
  }

  /// Writes the whole report.
  public func write(to output: Output) throws(OutputError) { try output.write(Array(text.utf8)) }

  /// The whole report.
  var text: String {
    switch view {
    case .function(let index): return functionText(CallGraph.Node(index))
    case .path(let start, let end): return pathText(CallGraph.Node(start), CallGraph.Node(end))
    case .nosplit: return nosplitText
    case .summary, .goroutines, .cycles: break
    }
    let shown = Shown(report)
    let head = TextHead(program: program, options: options)
    let top = head.title(page) + head.scope(shown, page)
    let ranks = Ranks(shown, program)
    switch view {
    case .cycles: return top + cyclesText(ranks)
    case .goroutines: return top + goroutinesText(ranks)
    default:
      let sections = [worst(shown), cycles(ranks), goroutines(ranks)]
      guard options.detail != .quiet else { return head.title(page) + page.render([worst(shown)]) }
      return top + page.render(sections + [nosplit, defers(shown), open(ranks)]) + hint(shown)
    }
  }

  /// The listed functions, for results that are found by their functions.
  struct Ranks {
    /// For each function of the program, whether it is listed.
    let isShown: [Bool]
    let shown: Shown

    init(_ shown: Shown, _ program: Program) {
      self.shown = shown
      var all = [Bool](repeating: false, count: program.functions.count)
      for i in shown.indices { all[i] = true }
      isShown = all
    }

    /// Whether a node is a listed function; calls and defers that are not followed are none.
    func contains(_ node: CallGraph.Node, _ graph: CallGraph) -> Bool {
      graph.isFunction(node) && isShown[Int(node)]
    }
  }

  /// Returns commands that show more.
  private func hint(_ shown: Shown) -> String {
    guard let first = depth.deepest(shown).first else { return "" }
    let bytes = program.names.bytes(of: program.functions[first].name)
    // A name that cannot be typed is replaced by the function's address.
    let isTypable = TerminalText.safe(bytes).utf8.elementsEqual(bytes)
    let name = isTypable ? NameQuery.spelling(of: bytes) : Figures.address(program.functions[first].entry)
    let input = program.header.input == "-" ? "INPUT" : TerminalText.safe(program.header.input)
    let function = "fathom depth --function \(ShellWord.quoted(name)) \(ShellWord.quoted(input))"
    let cycles = "fathom depth --cycles \(ShellWord.quoted(input))"
    let also = "also --goroutines, --nosplit"
    let fits = TerminalText.width(cycles) + 3 + also.count <= options.width
    return "\n" + page.paint(function, .name) + "\n" + page.paint(cycles, .name) + (fits ? "   " : "\n")
      + page.paint(also, .quiet) + "\n"
  }
}
