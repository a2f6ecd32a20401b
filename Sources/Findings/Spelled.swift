import ProgramModel

/// Numbers and names, as messages spell them.
enum Spelled {
  /// Returns text from a file as one line that is safe to print, cut to 200 scalars.
  static func text(_ text: some StringProtocol) -> String {
    UnsafeScalars.spelled(String(String.UnicodeScalarView(text.unicodeScalars.prefix(200))))
  }

  /// Returns a number of bytes, such as `8,544 bytes`.
  static func bytes(_ value: Int) -> String { figure(value) + (value == 1 ? " byte" : " bytes") }

  /// Returns a number, such as `8,544`.
  static func figure(_ value: Int) -> String {
    let digits = Array(String(value))
    var out = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return out
  }

  /// Returns a symbol without its package's path, such as `load.(*Package).load`; or without its package,
  /// where that is the given one, such as `(*Server).dispatch`.
  static func function(_ symbol: String, in package: String?) -> String {
    let bytes = Array(SymbolName(symbol).withoutTypeArguments.utf8)
    guard let end = SymbolName.packageEnd(in: bytes.span) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let path = SymbolName.importPath(bytes[..<end])
    let start =
      package.map { path.elementsEqual($0.utf8) } ?? false
      ? end + 1 : bytes[..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Returns a list of instructions, the commonest first, such as `LOCK XADDQ ×2, XCHGL`.
  static func instructions(_ sites: [AtomicSite], _ program: Program) -> String {
    var counts: [String: Int] = [:]
    for site in sites { counts[program.names.string(site.instruction), default: 0] += 1 }
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return sorted.map { $0.value == 1 ? $0.key : "\($0.key) ×\($0.value)" }.joined(separator: ", ")
  }
}
