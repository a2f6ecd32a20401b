import Disassembly
import GoBinary
import LibC
import Listing
import ProgramModel
import SystemPackage

/// Models every function of an input: a Go binary, a saved listing, the records of an earlier scan (NDJSON),
/// `-` for a listing or records on stdin, or Go code.
///
/// - Parameters:
///   - input: the input as the user gave it; the bytes of a path need not be UTF-8.
///   - options: the choices for the scan.
/// - Throws: ``ScanError``. A listing that was cut off is no error, but sets ``Program/isPartial``.
public func scan(_ input: [CChar], options: ScanOptions) async throws(ScanError) -> ScanResult {
  let name = String(platformString: input)
  if name == "-" { return try await scanText(STDIN_FILENO, name, shown: "standard input", options) }
  let path = unsafe input.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
  switch InputKindOnDisk(path) {
  case .missing:
    if name.hasSuffix("...") { return try await scanCode(name, options) }
    throw .noSuchFile(name)
  case .unreadable(let reason): throw .unreadable(name, reason: reason)
  case .special: throw .aFIFO(name)
  case .foreign(let file): throw .foreign(name, file)
  case .folder, .goFile:
    // The go command accepts only UTF-8 (`golang.org/x/mod/module.CheckFilePath`).
    guard Array(name.utf8CString) == input else { throw .notUTF8(name) }
    return try await scanCode(name, options)
  case .folderWithoutGo: throw .noGoFiles(name)
  case .binary:
    let binary: BinaryFile
    do { binary = try BinaryFile(path: path) } catch { throw .binary(error) }
    return try await scanBinary(binary, name, options)
  case .other:
    let descriptor: FileDescriptor
    do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
      throw .unreadable(name, reason: "\(error)")
    }
    defer { try? descriptor.close() }
    return try await scanText(descriptor.rawValue, name, shown: name, options)
  }
}

/// Scans a saved listing or the records of a scan, from a file or a pipe.
///
/// - Parameter shown: the name of the input in errors.
private func scanText(
  _ descriptor: CInt, _ name: String, shown: String, _ options: ScanOptions
) async throws(ScanError) -> ScanResult {
  let source = ListingSource(descriptor: descriptor, pieceSize: options.pieceSize, readSize: options.readSize)
  var (beginning, end) = source.beginning()
  if RecordReader.isMine(beginning[..<end]) {
    // The source reads a file without moving its position.
    let isFile = ListingSource.position(of: descriptor) != nil
    var reader = RecordReader(descriptor, beginning: isFile ? [] : beginning[..<end], input: shown)
    return try reader.read(module: options.modulePrefix)
  }
  if let paste = Paste(beginning.span, end: end) {
    if let flaw = paste.flaw { throw .foreignText(shown, "\(flaw)") }
    source.clean(paste)
    (beginning, end) = source.beginning()
  }
  let dialect = try detect(source, (beginning, end), shown)
  let header = Program.Header(
    input: name, inputKind: dialect.format == .compiler ? .compiler : .text, os: dialect.os,
    arch: dialect.architecture,
    ownFrom: options.modulePrefix == nil ? nil : .flag,
    ownPrefixes: options.modulePrefix.map { [$0] } ?? [],
    disassembler: dialect.format == .gdb ? .gnu : dialect.disassembler, debugger: dialect.format.debugger)
  return try await read([source], dialect, header, options)
}

/// Scans a binary with the disassembler that is installed; for an archive, also the objects of its assembly.
func scanBinary(
  _ binary: BinaryFile, _ name: String, _ options: ScanOptions, own: Own? = nil
) async throws(ScanError) -> ScanResult {
  var result = try await scanFile(binary, name, options, own: own)
  let objects: [ArchiveMember]
  do { objects = try binary.assemblyObjects() } catch { throw .binary(error) }
  for (i, member) in objects.enumerated() {
    guard let part = try await scanMember(member, of: binary, name, options, own) else { continue }
    // The distance is large enough, since an object has less than 256 MB of code.
    result.add(part, at: UInt64(i + 1) << 28)
  }
  // Go code calls the assembly of its own package.
  if !objects.isEmpty {
    Resolution.resolveCalls(&result.program, jobs: options.jobs)
    result.program.findPackagesOfFolders()
  }
  if let note = sliceNote(binary, name) { result.warnings.insert(note, at: 0) }
  return result
}

/// Returns a note on which of a universal file's binaries is read; nil where there is no choice.
func sliceNote(_ binary: BinaryFile, _ name: String) -> String? {
  guard let slice = binary.slice, binary.slices.count > 1 else { return nil }
  let others = binary.slices.filter { $0 != slice }
  let take = others.map { "«lipo \(name) -thin \($0.appleName) -output FILE»" }.joined(separator: " and ")
  return "\(name): a universal file: its \(slice.machine) code is read; for "
    + others.map(\.machine).joined(separator: " and ") + " name what \(take) writes"
}

/// Extracts a binary that is a part of a file to a file of its own; nil for a binary that is a file already.
private func extracted(_ binary: BinaryFile, _ name: String) throws(ScanError) -> ExtractedPart? {
  guard binary.isPart else { return nil }
  do { return try ExtractedPart(0..<binary.size, of: binary) } catch let error as DisassemblyError {
    throw .disassembly(error)
  } catch let error as BinaryError {
    throw .binary(error)
  } catch {
    throw .unreadable(name, reason: "\(error)")
  }
}

/// Scans an object of an archive; nil when it has no code.
private func scanMember(
  _ member: ArchiveMember, of archive: BinaryFile, _ name: String, _ options: ScanOptions, _ own: Own?
) async throws(ScanError) -> ScanResult? {
  do {
    let file = try ExtractedPart(member.bytes, of: archive)
    let result = try await scanFile(
      BinaryFile(path: file.path), "\(name)(\(member.name))", options, own: own)
    // The file exists as long as this object, and the disassembler opens it by its path.
    withExtendedLifetime(file) {}
    return result
  } catch let error as ScanError {
    switch error {
    // The assembly contains only data.
    case .noInstructions, .noListing: return nil
    default: throw error
    }
  } catch let error as BinaryError {
    throw .binary(error)
  } catch let error as DisassemblyError {
    throw .disassembly(error.naming(name))
  } catch {
    throw .unreadable(name, reason: "\(error)")
  }
}

private func scanFile(
  _ binary: BinaryFile, _ name: String, _ options: ScanOptions, own: Own? = nil
) async throws(ScanError) -> ScanResult {
  if binary.isObject, binary.format != .archive { throw binary.isGo ? .unlinked(name) : .object(name) }
  guard binary.isGo else { throw notGo(binary, name) }
  // Compute the hash while the disassembler identifies itself and prints.
  async let hash = contentHash(binary)
  let tool: Tool
  do { tool = try await options.toolbox.choose(for: binary, kind: options.disassembler) } catch {
    throw .disassembly(error.naming(name))
  }
  let silent = await options.toolbox.silent().map { "\($0): it \(Tool.silence), and is not used" }
  let own = Own(module: options.modulePrefix) ?? own ?? Own(binary.buildInfo)
  func header(_ arch: Architecture, _ hash: String? = nil) -> Program.Header {
    Program.Header(
      input: name, inputKind: binary.format == .archive ? .archive : .binary, contentHash: hash,
      goVersion: binary.goVersion, os: binary.os, arch: arch, tags: binary.buildInfo?.tags ?? [],
      modulePath: binary.buildInfo?.mainModule?.path, ownFrom: own?.from, ownPrefixes: own?.prefixes ?? [],
      modules: ModuleList(binary.buildInfo), disassembler: tool.kind)
  }
  // A cached model contains no instructions.
  let cache = options.capture == nil && options.joinsTable ? options.cache() : nil
  let symbols = options.ownOnly && tool.kind == .go && binary.format == .archive ? own?.symbols : nil
  func key(_ hash: String) -> ModelCache.Key? {
    cache?.key(
      size: binary.size, contentHash: hash, settings: [tool.kind.rawValue, tool.version, symbols ?? ""])
  }
  // If no entry has this size, the disassembler need not wait for the hash.
  if let cache, cache.mayHold(size: binary.size) {
    let hash = try await hash.get()
    if let key = key(hash), var result = cache.load(key, input: name) {
      result.program.header = header(result.program.header.arch, hash)
      result.warnings += silent
      return result
    }
  }
  var warnings: [String] = []
  let linker = try linker(binary, name, &warnings)
  let part = try extracted(binary, name)
  func disassemble(isUnnamed: Bool) async throws(ScanError) -> ScanResult {
    try await disassembled(
      binary, name, tool, linker: linker, isUnnamed: isUnnamed, part: part, symbols: symbols, options
    ) { header($0) }
  }
  // llvm-objdump does not name the targets of calls on s390x.
  var isUnnamed = !binary.hasSymbols || tool.kind == .llvm && binary.arch == .s390x
  var result = try await disassemble(isUnnamed: isUnnamed)
  if options.joinsTable, let linker {
    var missing = MissingCode(result.program, linker.table)
    // `strip -x` leaves some symbols, and the text then puts all code up to the next of them under one name.
    if missing != nil, !isUnnamed, tool.readsWithoutSymbols(binary) {
      isUnnamed = true
      result = try await disassemble(isUnnamed: true)
      missing = MissingCode(result.program, linker.table)
    }
    if let missing {
      throw .missingCode(name, tool: "\(tool.label) (\(tool.path))", missing)
    }
  }
  let contentHash = try await hash.get()
  result.program.header.contentHash = contentHash
  result.warnings += warnings
  if let cache, let key = key(contentHash), !result.program.isPartial { cache.store(result, key) }
  result.warnings += silent
  return result
}

/// Returns the reason why a binary is not Go's.
func notGo(_ binary: BinaryFile, _ name: String) -> ScanError {
  do { return try ForeignFile(binary).map { .foreign(name, $0) } ?? .notGo(name) } catch {
    return .binary(error)
  }
}

/// Starts a disassembler on a binary, and scans its output.
///
/// - Parameter isUnnamed: whether functions start where the linker's table says, rather than at names in the
///   text.
private func disassembled(
  _ binary: BinaryFile, _ name: String, _ tool: Tool, linker: Linker?, isUnnamed: Bool, part: ExtractedPart?,
  symbols: String?, _ options: ScanOptions, _ header: (Architecture) -> Program.Header
) async throws(ScanError) -> ScanResult {
  // Use more ranges than cores, since some take twice as long as others: a worker that is done takes the
  // next.
  var ranges = linker?.shards(options.jobs > 1 ? options.jobs * 3 : 1) ?? [nil]
  var listings: [RunningListing] = []
  options.progress?(Progress(text: "disassembling with \(tool.label)"))
  let tool = await options.toolbox.prepared(tool)
  if let object = GoObject(binary, limit: options.partedFrom), object.count > 0 {
    listings = object.parts.map {
      RunningListing(tool, on: binary, functions: $0, of: object, symbols: symbols)
    }
    ranges = listings.map { _ in nil }
  } else {
    do {
      for range in ranges {
        listings.append(try RunningListing(tool, on: binary, part: part, range: range, symbols: symbols))
      }
    } catch { throw .disassembly(error.naming(name)) }
  }
  let isDistant = tool.kind == .llvm && binary.arch == .loong64
  let names = isUnnamed ? linker?.functionNames(printsDistances: isDistant) : nil
  let sources = zip(listings, ranges).map { listing, range in
    ListingSource(
      pipe: { listing.output }, names: names,
      stop: range?.upperBound ?? (names == nil ? nil : .max), pieceSize: options.pieceSize,
      readSize: options.readSize)
  }
  let dialect: Dialect
  // A part of an object may have none of the functions that are asked for.
  var first = 0
  var beginning = sources[0].beginning()
  while beginning.end == 0, first + 1 < sources.count {
    first += 1
    beginning = sources[first].beginning()
  }
  do { dialect = try detect(sources[first], beginning, name, isNamedLater: names != nil) } catch {
    // The disassembler's own error is more helpful than the fact that its text is no listing.
    for other in listings.dropFirst() { other.cancel() }
    do { try await listings[0].discard() } catch { throw .disassembly(error.naming(name)) }
    throw ScanError.noListing(name, tool: "\(tool.label) (\(tool.path))")
  }
  var result = try await read(
    sources, dialect, header(dialect.architecture), options, names: names,
    linker: options.joinsTable ? linker : nil, binary: binary)
  var warnings: [String] = []
  do {
    for listing in listings {
      let said = try await listing.finish()
      for line in said?.split(separator: "\n") ?? [] { warnings.append("\(tool.label): \(line)") }
    }
  } catch { throw .disassembly(error.naming(name)) }
  result.warnings += warnings
  return result
}

/// Reads the linker's table of a binary; nil when there is none. A binary that has symbols can do without.
private func linker(
  _ binary: BinaryFile, _ name: String, _ warnings: inout [String]
) throws(ScanError) -> Linker? {
  do {
    if let table = try LineTable(binary) {
      if table.damaged > 0 {
        warnings.append("\(name): \(table.damaged) rows of its pclntab are damaged, left out")
      }
      return Linker(table)
    }
  } catch {
    guard binary.hasSymbols else { throw .binary(error) }
    warnings.append("\(error); continuing without that table")
    return nil
  }
  guard binary.hasSymbols || binary.isObject else { throw .stripped(name) }
  return nil
}

private func contentHash(_ binary: BinaryFile) async -> Result<String, ScanError> {
  do { return .success("sha256:" + (try binary.contentHash())) } catch { return .failure(.binary(error)) }
}

private func detect(
  _ source: ListingSource, _ beginning: (bytes: [UInt8], end: Int), _ name: String,
  isNamedLater: Bool = false
) throws(ScanError) -> Dialect {
  let (bytes, end) = beginning
  let ending = source.ending
  if ending.error != 0 { throw .unreadable(name, reason: "\(Errno(rawValue: ending.error))") }
  guard end > 0 else { throw .isEmpty(name) }
  let finding = DialectDetector.detect(bytes.span, end: end, isNamedLater: isNamedLater)
  switch finding {
  case .found, .unnamed, .unnamedTargets, .damaged: break
  case .unknownArchitecture, .empty, .notAListing:
    if BinaryFormat(prefix: Array(bytes.prefix(min(end, BinaryFormat.prefixLength)))) != nil {
      throw .binaryAsText(name)
    }
    if let foreign = ForeignText(bytes.span, end: end) { throw .foreignText(name, "\(foreign)") }
  }
  switch finding {
  case .found(let dialect): return dialect
  case .unknownArchitecture(let machine): throw .unknownArchitecture(name, machine: machine)
  case .unnamed: throw .unnamed(name)
  case .unnamedTargets: throw .unnamedTargets(name)
  case .empty: throw .noInstructions(name)
  case .damaged(let example): throw .damaged(name, example: example)
  case .notAListing: throw .notAListing(name)
  }
}

/// Reads the whole listing and joins the results.
///
/// - Parameter binary: the binary that is disassembled; nil for saved text.
private func read(
  _ sources: [ListingSource], _ dialect: Dialect, _ header: Program.Header, _ options: ScanOptions,
  names: FunctionNames? = nil, linker: Linker? = nil, binary: BinaryFile? = nil
) async throws(ScanError) -> ScanResult {
  var dialect = dialect
  // For a saved listing, every percent of time counts; a disassembler takes longer than this.
  dialect.followsIndirectCalls = binary != nil
  dialect.isLive = binary != nil
  var harvest = await Pipeline(dialect: dialect, sources: sources, names: names, options: options).run()
  let endings = sources.map(\.ending)
  let shown = header.input == "-" ? "standard input" : header.input
  for ending in endings {
    if ending.error != 0 { throw .unreadable(shown, reason: "\(Errno(rawValue: ending.error))") }
    harvest.diagnostics.overlongLines += ending.overlongLines
  }
  harvest.diagnostics.cutFunctions += harvest.cuts
  var isPartial = harvest.cuts > 0
  // A disassembler's exit status tells whether its listing is whole; a PLT without code may come last.
  if harvest.endsCut {
    // The incomplete function was left out already.
  } else if harvest.endsBare, binary == nil {
    isPartial = true
    harvest.diagnostics.cutFunctions += 1
  } else if endings.contains(where: \.isTruncated)
    || !harvest.endsWhole && !endings.allSatisfy(\.endsInNewline) || harvest.endsOpen && binary == nil
  {
    // Keep only whole functions: the last one is not whole.
    isPartial = true
    harvest.diagnostics.cutFunctions += harvest.functions.popLast() == nil ? 0 : 1
  }
  if let other = harvest.otherFormat {
    throw .severalMachines(shown, "\(dialect.architecture)", other)
  }
  guard !harvest.functions.isEmpty else {
    throw harvest.diagnostics.cutFunctions > 0 ? .cut(shown) : .noInstructions(shown)
  }
  harvest.diagnostics.repeatedFunctions += Resolution.order(&harvest.functions)
  // Move them out, without a copy: calls are resolved in place.
  var functions: [Function] = []
  swap(&functions, &harvest.functions)
  var program = Program(
    header: header, names: harvest.names, functions: functions, diagnostics: harvest.diagnostics,
    isPartial: isPartial)
  functions = []
  if let binary {
    do { try CalleeWords.read(&program, from: binary) } catch { throw .binary(error) }
  }
  Resolution.resolveCalls(&program, jobs: options.jobs)
  LockHelpers.judge(&program)
  linker?.join(&program, jobs: options.jobs)
  linker?.locate(&harvest.listings, in: &program)
  program.findPackagesOfFolders()
  program.limitLines()
  var warnings: [String] = []
  if program.diagnostics.fileHeaders > sources.count {
    // The members of an archive all start at address 0.
    warnings.append(
      "\(shown): \(program.diagnostics.fileHeaders) listings in one input; functions at the same address are merged: "
        + "scan each listing separately")
  }
  let unfollowed = program.diagnostics.unfollowedLocks
  if unfollowed > 0 {
    warnings.append(
      "\(shown): the mutexes of \(unfollowed) \(unfollowed == 1 ? "function" : "functions") were not followed to the "
        + "end: too many mutexes on too many paths; lock-without-unlock reports nothing there")
  }
  return ScanResult(program: program, listings: harvest.listings, warnings: warnings)
}
