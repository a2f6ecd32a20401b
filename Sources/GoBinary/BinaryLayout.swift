/// The facts that a binary's headers give, in the same form for every format.
struct BinaryLayout: Sendable {
  /// Go's name for the architecture (`386`, `s390x`), or the format's number for it.
  var machine: String
  /// The operating system, as in GOOS; nil where the headers do not settle it.
  var os: String?
  var is64 = true
  var isBigEndian = false
  var hasSymbols = false
  /// Whether the file was made by a compiler and is not yet linked.
  var isObject = false
  /// Whether Go's linker made the file for C's, which puts the sections in their places: `go.o` of
  /// `-buildmode=c-archive`. Only the code begins at address 0 then; all other sections have addresses of our own.
  var isPartlyLinked = false
  /// The sections, in the order of the file.
  var sections: [Section] = []
  /// The parts that the loader puts into memory; pointers are resolved through these.
  var segments: [Section] = []
  /// The section in which the linker puts the build info.
  var buildInfoHome: Section?
  /// The range of a Mach-O file that says which of its words are pointers, when these are chained; see
  /// ``MachOFixups``.
  var fixups: Range<UInt64>?
  /// Whether the headers contain something that only Go's linker writes.
  var hasGoMarks = false
  /// The version of Go, for archives, which say it themselves.
  var goVersion: String?

  func section(_ name: String) -> Section? { sections.first { $0.name == name } }
}
