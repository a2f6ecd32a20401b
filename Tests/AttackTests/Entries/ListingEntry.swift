import ByteText
import Listing
import Machine
import ProgramModel

/// A listing in one piece: its dialect, each function's lines, its model.
enum ListingEntry {
  static func run(_ bytes: [UInt8]) {
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    guard case .found(var dialect) = DialectDetector.detect(text.span, end: bytes.count) else { return }
    // Once as a scan reads saved text, and once as `show` does a binary's.
    for isWhole in [false, true] {
      dialect.followsIndirectCalls = isWhole
      read(text, bytes.count, dialect, isWhole)
    }
  }

  private static func read(_ text: [UInt8], _ end: Int, _ dialect: Dialect, _ isWhole: Bool) {
    var diagnostics = Diagnostics()
    var written: [UInt8] = []
    var writtenEnd = end
    if let rewriter = Rewriter(dialect) {
      writtenEnd = rewriter.write(text.span, end: end, into: &written, diagnostics: &diagnostics).end
    } else {
      written = text
    }
    var modeler = FunctionModeler(dialect)
    var function = FunctionText()
    var position = 0
    while dialect.next(
      written.span, end: writtenEnd, position: &position, filter: isWhole ? .none : modeler.filter,
      into: &function, diagnostics: &diagnostics)
    {
      guard modeler.model(written.span, &function) != nil else { continue }
      _ = modeler.endsOpen(written.span, function)
      if isWhole { _ = modeler.listed(written.span, function) }
    }
  }
}
