public import Disassembly
public import GoBinary
import ProgramModel

/// The reason why an input could not be scanned. The description says what is wrong, where, and what to do
/// next. It contains names as given, so whoever prints it must escape it.
public enum ScanError: Error, CustomStringConvertible {
  case noSuchFile(String)
  case unreadable(String, reason: String)
  /// The argument is neither a file nor a revision; includes the reason why it is no revision.
  case noSide(String, String)
  /// A revision could not be built or read: its name, and the problem.
  case revision(String, String)
  case isEmpty(String)
  case notAListing(String)
  /// A text that shows code in a form that fathom does not read: what it is, and what helps.
  case foreignText(String, String)
  /// A listing whose instructions are not spelled as any disassembler spells them; one of these.
  case damaged(String, example: String)
  /// A file of machine code that fathom does not read.
  case foreign(String, ForeignFile)
  /// A binary where text is read, as on stdin.
  case binaryAsText(String)
  /// The listing ends inside its only function.
  case cut(String)
  case unknownArchitecture(String, machine: String)
  /// The listings of two machines in one text: that of the first one, and the format that names the other.
  case severalMachines(String, String, String)
  case unnamed(String)
  case unnamedTargets(String)
  case stripped(String)
  case notGo(String)
  case noInstructions(String)
  case aFIFO(String)
  /// The folder contains no Go files.
  case noGoFiles(String)
  /// The name of Go code is one that the go command does not accept.
  case notUTF8(String)
  /// The disassembler succeeded, but its output is not a listing.
  case noListing(String, tool: String)
  /// The disassembler succeeded, but its output lacks functions of the linker's table.
  case missingCode(String, tool: String, MissingCode)
  /// The input is a Go binary whose pclntab is gone.
  case noTable(String)
  /// The input is an object file that is not linked, and not made by Go's compiler.
  case object(String)
  /// The input is what Go's linker made for C's: of most machines, even its calls are not yet filled in.
  case unlinked(String)
  /// A stream of records (NDJSON) is damaged, or of another kind: the line, and what is wrong with it.
  case record(String, line: Int, String)
  case binary(BinaryError)
  case disassembly(DisassemblyError)

  /// The error as one line of text.
  public var description: String {
    switch self {
    case .noSuchFile(let input):
      "\(input): no such file; give a Go binary, a saved listing, - for stdin, or Go code (./cmd/app, main.go)"
    case .noSide(let argument, let reason): "\(argument): no such file, and \(reason)"
    case .revision(let name, let problem): "\(name): \(problem)"
    case .unreadable(let input, let reason): "\(input): cannot be read: \(reason)"
    case .isEmpty(let input):
      "\(input): empty; save a listing with «go tool objdump APP > FILE» or «objdump -d APP > FILE»"
    case .notAListing(let input):
      "\(input): neither a binary nor a listing of go tool objdump, GNU objdump, llvm-objdump, gdb, lldb, delve, "
        + "perf annotate, go tool pprof -disasm or go build -gcflags=-S; "
        + "make one with «go tool objdump APP > FILE» or «objdump -d APP > FILE»"
    case .foreignText(let input, let what): "\(input): \(what)"
    case .damaged(let input, let example):
      "\(input): a listing that is not as a disassembler printed it: it has instructions such as «\(example.prefix(60))»; "
        + "save it to a file, or copy it without what was put into its lines"
    case .foreign(let input, let file): "\(input): \(file)"
    case .binaryAsText(let input): "\(input): a binary, which is read from a file alone; name it by its path"
    case .cut(let input):
      "\(input): the listing breaks off inside its only function, which is left out; give all of it, to its last line"
    case .unknownArchitecture(let input, let machine):
      "\(input): a listing of \(machine), which fathom does not read yet; it reads \(Architecture.known)"
    case .severalMachines(let input, let first, let other):
      "\(input): listings of two machines in one text, \(first)'s and one of \(other); scan each by itself"
    case .unnamed(let input):
      "\(input): a listing without function names, as of a stripped binary; list one that was built without -s"
    case .unnamedTargets(let input):
      "\(input): a listing that does not name what is called, as llvm-objdump prints s390x's code; "
        + "make one with «go tool objdump APP > FILE» or «objdump -d APP > FILE»"
    case .stripped(let input):
      "\(input): it has neither symbols nor a pclntab, so that nothing says where a function begins; "
        + "name a binary as Go's linker wrote it"
    case .notGo(let input):
      "\(input): no Go binary: it has neither Go build info nor a pclntab; name one built by Go"
    case .noInstructions(let input):
      "\(input): a listing without a whole function in it; print one with its «TEXT …», «<name>:» or «Dump of assembler "
        + "code for function name:» line"
    case .aFIFO(let input): "\(input): a pipe or device; to read a listing from it: fathom - < \(input)"
    case .noGoFiles(let input):
      "\(input): a folder without Go files; name the folder of a program (./cmd/app), "
        + "\(input == "." ? "./..." : "\(input)/...") for the one below it, a built binary, or a saved listing"
    case .notUTF8(let input):
      "\(input): a name that is not UTF-8, which the go command refuses; build it yourself and name the binary"
    case .noListing(let input, let tool):
      "\(input): \(tool) printed no listing of it; try another one with --disassembler, and see fathom doctor"
    case .missingCode(let input, let tool, let missing):
      "\(input): \(tool) printed an incomplete listing: \(missing.count) of the \(missing.total) functions in its pclntab "
        + "are missing or cut off, the first is \(missing.first.name) at "
        + "0x\(String(missing.first.entry, radix: 16)); check whether a disk is full, try another one with "
        + "--disassembler, and see fathom doctor"
    case .noTable(let input):
      "\(input): it has no pclntab, so there is nothing to compare the text with; name a binary as Go's linker wrote it"
    case .object(let input):
      "\(input): an object file that is not Go's; name a Go binary or archive, or save «objdump -dr» of it"
    case .unlinked(let input):
      "\(input): Go code that C's linker has yet to link, so that its calls lead nowhere; name a program or library that "
        + "it is linked into, such as «cc -shared -o lib.so -Wl,--whole-archive \(input)» makes"
    case .record(let input, let line, let problem): "\(input):\(line): \(problem)"
    case .binary(let error): error.description
    case .disassembly(let error): error.description
    }
  }
}
