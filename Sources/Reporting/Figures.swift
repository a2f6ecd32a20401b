/// Numbers in the form in which people read them.
enum Figures {
  /// Returns a number with its digits grouped: `34,617`.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var out = value < 0 ? "-" : ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { out += "," }
      out.append(digit)
    }
    return out
  }

  /// Returns bytes with a unit: `72 B`, `8.3 KiB`, `1.0 GiB`. There is one decimal, since a tenth of a KiB
  /// still tells frames apart.
  static func bytes(_ value: Int) -> String {
    guard value >= 1024 else { return "\(value) B" }
    // No stack is this large, and with tenths the product would overflow.
    guard value < 1 << 56 else { return "\(count(value >> 30)) GiB" }
    var tenths = value * 10
    for unit in ["KiB", "MiB", "GiB"] {
      tenths = (tenths + 512) / 1024
      if tenths < 10_240 || unit == "GiB" { return "\(count(tenths / 10)).\(tenths % 10) \(unit)" }
    }
    return "\(value) B"
  }

  /// Returns a number and its noun: `1 function`, `2 functions`. Without `many`, the plural is `one` and an
  /// s.
  static func count(_ value: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(value)) \(value == 1 ? one : many ?? one + "s")"
  }

  /// Returns an address in hexadecimal: `0x49a900`.
  static func address(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  /// Returns the nearest-rank percentile of sorted values; nil where there are none.
  static func percentile(_ percent: Int, of sorted: [Int]) -> Int? {
    guard !sorted.isEmpty else { return nil }
    return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
  }
}
