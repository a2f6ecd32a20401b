/// Adds colours to text, for terminals that show them.
struct Paint: Sendable {
  /// The role of a piece of text; the number is its SGR code (ECMA-48, 8.3.117).
  enum Style: Int {
    case strong = 1
    case quiet = 2
    case alarm = 31
    case good = 32
    case warning = 33
    case name = 36
  }

  /// Whether texts get colours.
  let isOn: Bool

  /// Returns a text in a style; unchanged where colours are off.
  func callAsFunction(_ text: String, _ style: Style?) -> String {
    guard isOn, let style, !text.isEmpty else { return text }
    return "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m"
  }
}
