import Testing

@testable import Reporting

@Suite("CSV: a cell is no formula") struct CSVCellTests {
  private func cell(_ text: String) -> String {
    var out = ByteWriter()
    out.put(csv: Array(text.utf8)[...])
    return String(decoding: out.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    "=1+1", "+1", "-1", "@SUM(1)", "＝1", "＋1", "－1", "＠SUM(1)", "﹦1", "\t=1", "\r=1", "\n=1", " =1", "\"=1",
    "a;=1", "a|=1", "a\t=1", "a\r\n=1", "a; =1", "a;\"=1", "a;＝1", "a;b;-1", "|@x", "=\u{301}1",
  ])
  func formulasAreDisarmed(text: String) {
    let out = cell(text)
    #expect(out.first == "\"" && out.last == "\"", "\(out)")
    // Whatever separates cells for who opens it, none begins with a sign of a formula.
    let inner = out.unicodeScalars.dropFirst().dropLast()
    for part in inner.split(whereSeparator: { ";|\t\r\n".unicodeScalars.contains($0) }) {
      let first = part.first { !" \"\u{fffd}".unicodeScalars.contains($0) }
      #expect(first.map { !"=+-@＝＋－＠﹦".unicodeScalars.contains($0) } ?? true, "\(out)")
    }
  }

  @Test(arguments: [
    ("main.f", "main.f"), ("main.(*T).m-fm", "main.(*T).m-fm"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
    ("struct { F uintptr; X0 *int }", "struct { F uintptr; X0 *int }"), ("json:\"-\"", "\"json:\"\"-\"\"\""),
    ("a=b", "a=b"), ("", ""),
  ])
  func othersStay(text: String, expected: String) { #expect(cell(text) == expected) }
}
