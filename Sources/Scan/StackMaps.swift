import ByteText
import Disassembly
import GoBinary
public import ProgramModel
import SystemPackage

/// The stack maps of a binary's functions. They are read from the linker's tables, so nothing is
/// disassembled.
public struct StackMaps: Sendable {
  /// The functions, for look-ups by name and line. They have no sites.
  public let program: Program
  private let table: LineTable
  private let wordBytes: Int

  /// Reads the linker's tables of a binary, or of a program that is first built from Go code.
  ///
  /// - Parameters:
  ///   - input: the input as the user gave it; the bytes of a path need not be UTF-8.
  ///   - options: the choices for the build.
  /// - Throws: ``StackMapError`` where there is no binary that fathom reads, or no table in it.
  public init(_ input: [CChar], options: ScanOptions) async throws(StackMapError) {
    let name = String(platformString: input)
    let binary = try await Self.binary(input, name, options)
    guard binary.isGo else { throw .input(notGo(binary, name)) }
    guard let arch = binary.arch else { throw .architecture(name, machine: binary.machine) }
    let found: LineTable?
    do { found = try LineTable(binary) } catch { throw .input(.binary(error)) }
    guard let table = found else { throw .noTable(name) }
    self.table = table
    wordBytes = arch.word
    let header = Program.Header(
      input: name, inputKind: .binary, goVersion: binary.goVersion, os: binary.os, arch: arch,
      disassembler: .go)
    var program = Program(
      header: header, names: NameTable(), functions: [], diagnostics: Diagnostics(), isPartial: false)
    for function in table.functions where function.entry < function.end {
      program.functions.append(
        Function(
          entry: function.entry, name: program.names.intern(table.name(function).span),
          size: Int(function.end - function.entry),
          frame: StackFrame(bytes: function.frameBytes ?? 0, source: .table)))
    }
    Linker(table).join(&program, jobs: options.jobs)
    self.program = program
  }

  private static func binary(
    _ input: [CChar], _ name: String, _ options: ScanOptions
  ) async throws(StackMapError) -> BinaryFile {
    if name == "-" { throw .notABinary(name) }
    var path = unsafe input.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
    switch InputKindOnDisk(path) {
    case .binary: break
    case .missing where !name.hasSuffix("..."): throw .input(.noSuchFile(name))
    case .unreadable(let reason): throw .input(.unreadable(name, reason: reason))
    case .folderWithoutGo: throw .input(.noGoFiles(name))
    case .foreign(let file): throw .input(.foreign(name, file))
    case .special, .other: throw .notABinary(name)
    case .folder, .goFile, .missing:
      guard Array(name.utf8CString) == input else { throw .input(.notUTF8(name)) }
      do {
        options.progress?(Progress(text: "building \(name)"))
        let built = try await GoBuild(Toolbox()).run(packages: [name], flags: options.goFlags)
        guard let built else { throw StackMapError.noTable(name) }
        path = built.path
      } catch let error as DisassemblyError {
        throw .input(.disassembly(error.naming(name)))
      } catch {
        throw error as? StackMapError ?? .input(.unreadable(name, reason: "\(error)"))
      }
    }
    do { return try BinaryFile(path: path) } catch { throw .input(.binary(error)) }
  }

  /// Returns the map of a function.
  ///
  /// - Parameters:
  ///   - index: the function's index in ``program``.
  ///   - place: the part of the function; nil for all of it.
  /// - Throws: ``StackMapError/noFrame(function:)`` for a function without frame data, and
  ///   ``StackMapError/outside(function:_:addresses:lines:)`` for a place outside of it.
  public func map(of index: Int, at place: StackMap.Place? = nil) throws(StackMapError) -> StackMap {
    let function = program.functions[index]
    let name = program.names.string(function.name)
    guard let row = table.index(ofEntry: function.entry), let frameBytes = table.functions[row].frameBytes,
      let stretches = table.stackStretches(of: row), let last = stretches.last
    else { throw .noFrame(function: name) }
    let code = function.entry..<last.addresses.upperBound
    let lines = Lines(table, row, code, searched: place)
    let pieces = lines.pieces(of: place, stretches)
    guard !pieces.isEmpty else {
      throw .outside(function: name, place ?? .address(code.lowerBound), addresses: code, lines: lines.all)
    }
    var map = StackMap(place: place, frameBytes: frameBytes, wordBytes: wordBytes)
    var cursor = table.pointerMaps(of: row)
    var frames: [Int: Int?] = [:]
    for piece in pieces {
      let stretch = piece.stretch
      let frame: Int?
      if let known = frames[stretch.map] {
        frame = known
      } else {
        let pointers = cursor.map(at: stretch.addresses.lowerBound)
        frame = pointers.map { _ in map.frames.count }
        if let pointers { map.frames.append(Self.frame(pointers, frameBytes)) }
        frames[stretch.map] = frame
      }
      map.stretches.append(
        StackMap.Stretch(
          addresses: piece.addresses, lines: lines.own(in: piece.seen), depth: stretch.depth, frame: frame))
    }
    return map
  }

  private static func frame(_ map: PointerMap, _ frameBytes: Int) -> StackMap.Frame {
    func slots(_ slots: PointerMap.Slots) -> StackMap.Slots? {
      guard slots.isKnown else { return nil }
      return StackMap.Slots(
        offset: slots.offset - frameBytes, pointers: (0..<slots.count).map { slots[$0] })
    }
    return StackMap.Frame(locals: slots(map.locals), arguments: slots(map.arguments))
  }
}

/// The lines that a function's code comes from.
private struct Lines {
  /// A range of code that comes from one place in the source.
  private struct Run {
    var addresses: Range<UInt64>
    /// The line in the function's own text, from 1; 0 for none.
    var own: Int32
    /// Whether the code, or a call through which it was inlined, is on the line that is searched for.
    var isSearched: Bool
  }

  private var runs: [Run] = []

  init(_ table: LineTable, _ row: Int, _ code: Range<UInt64>, searched: StackMap.Place?) {
    var searchedLine: Int32?
    if case .line(let line) = searched { searchedLine = line }
    let file = table.functions[row].file
    var cursor = table.lines(of: row)
    var position: LineCursor.Position?
    for address in code {
      let here = cursor.position(at: address)
      if here == position, !runs.isEmpty { continue }
      position = here
      let callers = cursor.callers(at: address)
      let own = callers.last.flatMap { $0.file == file && $0.line > 0 ? $0.line : nil } ?? 0
      let isSearched = callers.contains { $0.file == file && $0.line == searchedLine }
      if let last = runs.indices.last { runs[last].addresses = runs[last].addresses.lowerBound..<address }
      runs.append(Run(addresses: address..<code.upperBound, own: own, isSearched: isSearched))
    }
  }

  /// The range of all known lines of the function; nil where none is known.
  var all: ClosedRange<Int32>? { Self.bounds(runs[...]) }

  /// Returns the range of the function's own lines that some of its code comes from; nil where none is known.
  func own(in addresses: Range<UInt64>) -> ClosedRange<Int32>? {
    let first = runs.partitioningIndex { $0.addresses.upperBound > addresses.lowerBound }
    return Self.bounds(runs[first...].prefix { $0.addresses.lowerBound < addresses.upperBound })
  }

  private static func bounds(_ runs: ArraySlice<Run>) -> ClosedRange<Int32>? {
    let lines = runs.lazy.map(\.own).filter { $0 > 0 }
    guard let first = lines.min(), let last = lines.max() else { return nil }
    return first...last
  }

  /// Returns the code of a place, cut at the ends of stretches. `seen` is the part whose lines are to be
  /// shown.
  func pieces(
    of place: StackMap.Place?, _ stretches: [StackStretch]
  ) -> [(addresses: Range<UInt64>, seen: Range<UInt64>, stretch: StackStretch)] {
    switch place {
    case nil: return stretches.map { ($0.addresses, $0.addresses, $0) }
    case .address(let address):
      return stretches.filter { $0.addresses.contains(address) }
        .map { ($0.addresses, address..<address + 1, $0) }
    case .line:
      var pieces: [(addresses: Range<UInt64>, seen: Range<UInt64>, stretch: StackStretch)] = []
      var next = 0
      for run in runs where run.isSearched {
        let code = run.addresses
        while next < stretches.count, stretches[next].addresses.upperBound <= code.lowerBound { next += 1 }
        for stretch in stretches[next...].prefix(while: { $0.addresses.lowerBound < code.upperBound }) {
          let addresses = code.clamped(to: stretch.addresses)
          if let last = pieces.last, last.stretch == stretch,
            last.addresses.upperBound == addresses.lowerBound
          {
            let whole = last.addresses.lowerBound..<addresses.upperBound
            pieces[pieces.count - 1] = (whole, whole, stretch)
          } else {
            pieces.append((addresses, addresses, stretch))
          }
        }
      }
      return pieces
    }
  }
}
