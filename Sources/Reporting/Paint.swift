/// Colours, where the terminal wants them.
struct Paint: Sendable {
  /// What a piece of text is; the number is its SGR code (ECMA-48, 8.3.117).
  enum Style: Int {
    case strong = 1
    case quiet = 2
    case alarm = 31
    case good = 32
    case warning = 33
    case name = 36
  }

  let isOn: Bool

  func callAsFunction(_ text: String, _ style: Style?) -> String {
    guard isOn, let style, !text.isEmpty else { return text }
    return "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m"
  }
}
