/// Lays out sections on a page of a given width: columns line up through all sections, and text that does not
/// fit is shortened where it tells least.
struct TextPage {
  let width: Int
  let paint: Paint
  /// The columns of the sections' titles, and the indentation of their rows.
  private static let titleWidth = 9

  /// Returns all sections with their rows.
  func render(_ sections: [TextSection]) -> String {
    let rows = sections.flatMap { $0.groups.flatMap(\.rows) }
    let figure = rows.map { TerminalText.width($0.figure) }.max() ?? 0
    // Where there is room for only one of the two, the name is worth more.
    let place = width < 60 ? 0 : min(rows.map { TerminalText.width($0.place) }.max() ?? 0, max(18, width / 4))
    let room = max(12, width - Self.titleWidth - figure - place - (place > 0 ? 4 : 2))
    let name = min(rows.map { TerminalText.width($0.name) }.max() ?? 0, room)
    var out = ""
    for section in sections {
      out += "\n" + paint(pad(section.title, Self.titleWidth), .strong) + wrapped(section.lead) + "\n"
      for group in section.groups {
        if let note = group.note { out += indent + paint(wrapped(note), group.noteStyle) + "\n" }
        for row in group.rows { out += line(row, figure, name, place) + "\n" }
        if group.hidden > 0 {
          let more = "… \(Figures.count(group.hidden)) more: --top \(group.rows.count + group.hidden)"
          out += indent + paint(more, .quiet) + "\n"
        }
      }
    }
    return out
  }

  /// Returns a text broken into lines that fit after the title's column. A line feed ends a line, and the
  /// blanks at the beginning of the next line stay.
  func wrapped(_ text: String, indentation: Int = titleWidth) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ")
      lines.append("\(line.prefix { $0 == " " })\(words.first ?? "")")
      for word in words.dropFirst() {
        let room = width - indentation - TerminalText.width(lines[lines.count - 1])
        if TerminalText.width(String(word)) + 1 <= room {
          lines[lines.count - 1] += " " + word
        } else {
          lines.append(String(word))
        }
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indentation))
  }

  private var indent: String { String(repeating: " ", count: Self.titleWidth) }

  private func line(_ row: TextSection.Row, _ figure: Int, _ name: Int, _ place: Int) -> String {
    guard place > 0 else {
      return indent + paint(pad(row.figure, figure), row.style) + "  " + Self.shortened(row.name, name)
    }
    let spot = TerminalText.keepingEnd(of: row.place, width: place)
    return indent + paint(pad(row.figure, figure), row.style) + "  "
      + pad(Self.shortened(row.name, name), name)
      + "  " + paint(spot, .quiet)
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - TerminalText.width(text)))
  }

  /// Returns a name that fits: first its type arguments are left out, then its beginning.
  static func shortened(_ name: String, _ width: Int) -> String {
    guard TerminalText.width(name) > width else { return name }
    var depth = 0
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      if scalar == "]" { depth = max(0, depth - 1) }
      if depth == 0 { folded.append(scalar) }
      if scalar == "[" {
        if depth == 0 { folded.append("…") }
        depth += 1
      }
    }
    return TerminalText.keepingEnd(of: depth == 0 ? String(folded) : name, width: width)
  }
}
