import ProgramModel

/// Figures in messages.
enum Spelled {
  /// `8,544 bytes`.
  static func bytes(_ value: Int) -> String { figure(value) + (value == 1 ? " byte" : " bytes") }

  /// `8,544`.
  static func figure(_ value: Int) -> String {
    let digits = Array(String(value))
    var out = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return out
  }

  /// `LOCK XADDQ ×2, XCHGL`, the commonest first.
  static func instructions(_ sites: [AtomicSite], _ program: Program) -> String {
    var counts: [String: Int] = [:]
    for site in sites { counts[program.names.string(site.instruction), default: 0] += 1 }
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return sorted.map { $0.value == 1 ? $0.key : "\($0.key) ×\($0.value)" }.joined(separator: ", ")
  }
}
