import GoBinary
import Listing
import ProgramModel

/// Adds facts from the linker's table to a model of the text: names, source lines, inlined calls.
struct Linker: Sendable {
  let table: LineTable

  init(_ table: LineTable) { self.table = table }

  /// Returns the function names for the listing of a stripped binary.
  ///
  /// - Parameter printsDistances: as in ``FunctionNames``.
  func functionNames(printsDistances: Bool) -> FunctionNames {
    let functions = table.functions.filter { $0.entry < $0.end }
    return FunctionNames(
      functions.map { ($0.entry, table.name($0)) }, end: functions.last?.end ?? 0,
      printsDistances: printsDistances)
  }

  /// Cuts the code into ranges of about the same size, each of which ends where a function does. Together
  /// they cover all addresses. Returns a single nil for a binary that is too small to be worth cutting.
  func shards(_ count: Int) -> [Range<UInt64>?] {
    guard count > 1, let first = table.functions.first, let last = table.functions.last,
      last.end - first.entry >= 1 << 20
    else { return [nil] }
    let stretch = (last.end - first.entry) / UInt64(count)
    var bounds: [UInt64] = [0]
    for i in 1..<count {
      let place = first.entry + stretch * UInt64(i)
      guard let function = table.index(containing: place).map({ table.functions[$0] }),
        function.entry > bounds[bounds.count - 1]
      else { continue }
      bounds.append(function.entry)
    }
    bounds.append(.max)
    return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
  }

  /// Gives functions and sites the names and source lines of the table. Resolve calls before: two symbols
  /// that differ only in `.abi0` may have the same name in the table.
  func join(_ program: inout Program, jobs: Int) {
    var places: [TableFile: Place] = [:]
    for file in table.files {
      places[file] = Place(
        path: program.names.intern(table.file(file).span),
        element: program.names.intern(element(of: file).span))
    }
    var names: [UInt64: NameID] = [:]
    var foreign: Set<UInt64> = []
    for function in program.functions {
      let row = table.index(ofEntry: function.entry).map { table.functions[$0] }
      // C has a row without data where Go's linker put it in, and none where another linker did. What is
      // the linker's own looks the same.
      if row.map({ !$0.isGo }) ?? (table.damaged == 0),
        !Self.isLinkers(program.names.bytes(of: function.name))
      {
        foreign.insert(function.entry)
      }
      let name = row.map { table.name($0) } ?? []
      if !name.isEmpty { names[function.entry] = program.names.intern(name.span) }
    }
    var inlinedNames: [TableName: NameID] = [:]
    for name in table.names { inlinedNames[name] = program.names.intern(table.inlinedName(name).span) }
    let lines = Lines(
      table: table, places: places, names: names, inlinedNames: inlinedNames, foreign: foreign)
    var functions: [Function] = []
    swap(&functions, &program.functions)
    // A symbol without code that is no function to the linker marks a place: `runtime.etext`.
    functions.removeAll { $0.size == 0 && table.index(ofEntry: $0.entry) == nil }
    Parallel.forEach(&functions, jobs: jobs, lines.join)
    swap(&functions, &program.functions)
  }

  /// Whether a name is of what the linker itself puts in: a trampoline, `runtime.newproc-tramp0`, or a mark such
  /// as `go:textfipsstart` and `runtime.etext`.
  static func isLinkers(_ name: ArraySlice<UInt8>) -> Bool {
    name.starts(with: "go:".utf8) || name.elementsEqual("runtime.etext".utf8)
      || SymbolName.isTrampoline(name.span)
  }

  private func element(of file: TableFile) -> ArraySlice<UInt8> {
    let path = table.file(file)
    return path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
  }

  /// Gives instructions their source lines, and the functions that were inlined there.
  func locate(_ listings: inout [UInt64: [ListedInstruction]], in program: inout Program) {
    for (entry, list) in listings {
      guard let index = table.index(ofEntry: entry), table.functions[index].isGo else { continue }
      var cursor = table.lines(of: index)
      var located = list
      for i in located.indices {
        let steps = cursor.callers(at: located[i].address)
        let places = steps.map { step -> SourceLocation? in
          guard step.line > 0, let file = step.file else { return nil }
          return SourceLocation(file: program.names.intern(element(of: file).span), line: step.line)
        }
        located[i].location = places.first ?? nil
        located[i].inlined = zip(steps, places.dropFirst()).compactMap { step, call in
          step.name.map { name in
            InlinedCall(function: program.names.intern(table.inlinedName(name).span), call: call)
          }
        }
      }
      listings[entry] = located
    }
  }

  /// A file's names in the model: the whole path for a function, the last element for a site, as in Go's
  /// objdump.
  private struct Place: Sendable {
    var path: NameID
    var element: NameID
  }

  private struct Lines: Sendable {
    let table: LineTable
    let places: [TableFile: Place]
    let names: [UInt64: NameID]
    let inlinedNames: [TableName: NameID]
    /// The entries of functions that are not Go's.
    let foreign: Set<UInt64>

    @Sendable func join(_ function: inout Function) {
      guard let index = table.index(ofEntry: function.entry) else {
        if foreign.contains(function.entry) { function.frame.uncertain = .foreign }
        return
      }
      if let name = names[function.entry], name != function.name {
        // A symbol may have a suffix that the linker's name lacks: `.abi0`.
        function.aliases.removeAll { $0 == name }
        function.aliases.insert(function.name, at: 0)
        function.name = name
      }
      for i in function.calls.indices {
        if let entry = function.calls[i].targetEntry, let name = names[entry] {
          function.calls[i].resolve(target: name, entry: entry)
        }
      }
      function.changeCallees { callee in
        if let entry = callee.entry, let name = names[entry] { callee = Callee(target: name, entry: entry) }
      }
      guard table.functions[index].isGo else {
        if foreign.contains(function.entry) { function.frame.uncertain = .foreign }
        return
      }
      var cursor = table.lines(of: index)
      function.file = table.functions[index].file.flatMap { places[$0]?.path }
      function.line = cursor.position(at: function.entry).flatMap { $0.line > 0 ? $0.line : nil }
      function.endLine = table.lastLine(of: index, before: function.entry &+ UInt64(function.size))
      var inlined = Inlined(file: table.functions[index].file)
      place(&function.calls, &cursor, &inlined)
      place(&function.indirectCalls, &cursor, &inlined)
      place(&function.goStatements, &cursor, &inlined)
      for i in function.deferSites.indices {
        let site = function.deferSites[i]
        // The site of an open-coded defer without a place in the text is the call that runs it.
        if site.kind == .open, function.calls.contains(where: { $0.address == site.address }) { continue }
        function.deferSites[i].location = cursor.position(at: site.address).flatMap(location)
      }
      for i in function.lockLeaks.indices {
        ownLine(&function.lockLeaks[i].lock, &cursor)
        ownLine(&function.lockLeaks[i].wayOut, &cursor)
        ownLine(&function.lockLeaks[i].unlock, &cursor)
      }
      for i in function.atomics.indices {
        let position = cursor.position(at: function.atomics[i].address)
        function.atomics[i].location = position.flatMap(location)
        function.atomics[i].callers = position.map { callers(of: $0, &cursor, &inlined) } ?? []
      }
    }

    /// The inlined calls of one function. Neighbouring instructions often share theirs.
    private struct Inlined {
      /// The file of the function.
      let file: TableFile?
      /// The number of the last inlined call, and the chain that leads to it.
      var last: (call: Int32, callers: [InlinedCall]) = (-1, [])
    }

    /// Sets the places of sites. They have a file and callers where the line is not in the function's own text.
    private func place<Site: PlacedSite>(
      _ sites: inout [Site], _ cursor: inout LineCursor, _ inlined: inout Inlined
    ) {
      for i in sites.indices {
        guard let position = cursor.position(at: sites[i].address), position.line > 0 else {
          sites[i].place = SitePlace()
          continue
        }
        if position.inlined == nil, position.file == inlined.file {
          sites[i].place = SitePlace(line: position.line)
        } else {
          sites[i].place = SitePlace(
            line: position.line, file: places[position.file]?.element,
            callers: callers(of: position, &cursor, &inlined))
        }
      }
    }

    /// Returns the inlined calls that lead to a position, the innermost first.
    private func callers(
      of position: LineCursor.Position, _ cursor: inout LineCursor, _ inlined: inout Inlined
    ) -> [InlinedCall] {
      guard let call = position.inlined else { return [] }
      if call != inlined.last.call {
        let steps = cursor.callers(of: position)
        inlined.last = (
          call,
          zip(steps, steps.dropFirst()).map { step, caller in
            InlinedCall(
              function: step.name.flatMap { inlinedNames[$0] },
              call: caller.line > 0
                ? caller.file.flatMap { places[$0] }.map {
                  SourceLocation(file: $0.element, line: caller.line)
                } : nil)
          }
        )
      }
      return inlined.last.callers
    }

    /// Sets the function's own line, whatever was inlined there.
    private func ownLine(_ place: inout LockLeak.Place, _ cursor: inout LineCursor) {
      guard let caller = cursor.callers(at: place.address).last, caller.line > 0,
        let file = caller.file, let known = places[file]
      else {
        place.location = nil
        return
      }
      place.location = SourceLocation(file: known.element, line: caller.line)
    }

    private func location(_ position: LineCursor.Position) -> SourceLocation? {
      guard position.line > 0, let place = places[position.file] else { return nil }
      return SourceLocation(file: place.element, line: position.line)
    }
  }
}
