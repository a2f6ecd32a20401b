/// What is attacked: each takes any bytes, and comes back. A fuzzer's targets call these, and so do the ordinary tests
/// that replay what a fuzzer found.
public enum Entry: String, CaseIterable, Codable, Sendable {
  /// A saved listing, through its dialect and the models of its functions.
  case listing
  /// A crash log, a goroutine dump, a stack's words, a process's mappings.
  case evidence
  /// The records of an earlier scan.
  case records
  /// A configuration and a baseline.
  case configuration

  /// Reads the bytes. A refusal is an answer as good as any.
  public func run(_ bytes: [UInt8]) {
    switch self {
    case .listing: ListingEntry.run(bytes)
    case .evidence: EvidenceEntry.run(bytes)
    case .records: RecordsEntry.run(bytes)
    case .configuration: ConfigurationEntry.run(bytes)
    }
  }
}
