/// What fathom reads, each with its share of the mutants.
enum InputKind: String, CaseIterable, Codable, Sendable {
  /// What objdump, compiler and debugger print, of every dialect and machine.
  case listing
  /// What a dying program prints.
  case crash
  /// What a program says of its goroutines when asked.
  case dump
  /// A piece of a stack as hexdump or a debugger prints it.
  case words
  /// The records of an earlier scan.
  case records
  /// `.fathom.yml`
  case configuration
  /// What `fathom baseline` wrote.
  case baseline
  /// A Go program: its headers, its build info, its pclntab.
  case binary

  /// Of 2,000.
  var share: Int {
    switch self {
    case .listing: 700
    case .crash, .dump, .records: 250
    case .words, .configuration, .baseline: 150
    case .binary: 100
    }
  }
}
