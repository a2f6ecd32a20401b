import Findings

/// The two files of a project that a user writes or keeps.
enum ConfigurationEntry {
  static func run(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = try? Configuration(text, file: ".fathom.yml")
    if let baseline = try? Baseline(text, file: ".fathom-baseline") { _ = baseline.text }
  }
}
