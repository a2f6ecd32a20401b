/// What the headers of a binary say, whatever its format.
struct BinaryLayout: Sendable {
  /// Go's name for the machine (`386`, `s390x`), or the format's number for it.
  var machine: String
  /// As in GOOS, where the headers settle it.
  var os: String?
  var is64 = true
  var isBigEndian = false
  var hasSymbols = false
  /// Made by a compiler, not yet linked.
  var isObject = false
  /// In the order of the file.
  var sections: [Section] = []
  /// What the loader puts into memory; pointers are followed along these.
  var segments: [Section] = []
  /// Where the linker puts the build info.
  var buildInfoHome: Section?
  /// Where a Mach-O file says which of its words are pointers, when they are chained; see ``MachOFixups``.
  var fixups: Range<UInt64>?
  /// Something in the headers that only Go's linker writes.
  var hasGoMarks = false
  /// What the file itself says, for archives.
  var goVersion: String?

  func section(_ name: String) -> Section? { sections.first { $0.name == name } }
}
