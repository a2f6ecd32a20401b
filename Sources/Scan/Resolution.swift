import ByteText
import Listing
import Machine
import ProgramModel

/// The steps that need the whole listing: order, aliases, and the targets of calls.
enum Resolution {
  /// Sorts functions by address, and joins those that are symbols of one address.
  /// - Returns: the number of functions that the listing contained twice.
  static func order(_ functions: inout [Function]) -> Int {
    if isSorted(functions) { return 0 }
    // The sort is stable: of several symbols at an address, the first one printed gives the name.
    let order = functions.indices.sorted { (functions[$0].entry, $0) < (functions[$1].entry, $1) }
    var result: [Function] = []
    result.reserveCapacity(functions.count)
    var repeated = 0
    /// The names at the address of the last function.
    var names: Set<NameID> = []
    for i in order {
      let function = functions[i]
      guard let last = result.indices.last, result[last].entry == function.entry else {
        result.append(function)
        names = [function.name]
        continue
      }
      if names.insert(function.name).inserted {
        result[last].aliases.append(function.name)
      } else {
        repeated += 1
      }
      // One symbol of an address may be longer than another; the longest has all the code.
      if function.size > result[last].size {
        var longer = function
        longer.name = result[last].name
        longer.aliases = result[last].aliases
        result[last] = longer
      }
    }
    functions = result
    return repeated
  }

  /// Whether the functions are sorted. It uses a span, since to copy an element out of the array counts
  /// references.
  private static func isSorted(_ functions: [Function]) -> Bool {
    let all = functions.span
    for i in all.indices.dropFirst() where all[i - 1].entry >= all[i].entry { return false }
    return true
  }

  /// Finds the function for the address or name of each call, and the names that the listing did not print.
  ///
  /// A call of a trampoline, which the linker inserts where a function is too far away, counts as a call of
  /// that function.
  static func resolveCalls(_ program: inout Program, jobs: Int) {
    let trampolines = trampolines(&program)
    let targets = Targets(program, trampolines)
    var functions: [Function] = []
    swap(&functions, &program.functions)
    Parallel.forEach(&functions, jobs: jobs, targets.resolve)
    swap(&functions, &program.functions)
  }

  /// Returns the names of trampolines with the names of the functions that they lead to. x86 has none, since
  /// its branches reach everything.
  private static func trampolines(_ program: inout Program) -> [NameID: NameID] {
    guard program.header.arch.callPush == 0 else { return [:] }
    var found: [NameID: NameID] = [:]
    for i in 0..<program.names.count {
      let name = NameID(index: UInt32(i))
      let bytes = program.names.bytes(of: name)
      guard let dash = bytes.suffix(12).lastIndex(of: UInt8(ascii: "-")),
        bytes[dash...].starts(with: "-tramp".utf8)
      else { continue }
      let padded = Array(bytes) + Array(repeating: 0x0a, count: textPadding)
      let target = Trampoline.target(padded.span, 0..<bytes.count)
      if target.count < bytes.count { found[name] = program.names.intern(padded.span.extracting(target)) }
    }
    return found
  }

  /// The functions that calls may lead to.
  private struct Targets: Sendable {
    private static let unknown = UInt64.max
    private let places: [(entry: UInt64, end: UInt64, name: NameID)]
    /// By name: the entry of its function; `unknown` where it has none, or several.
    private let entries: [UInt64]
    /// By a trampoline's entry: the function that it leads to.
    private var trampolines: [UInt64: (entry: UInt64?, name: NameID)] = [:]
    /// By a trampoline's name: the name of the function that it leads to. This serves trampolines that the
    /// listing does not contain.
    private let trampolineNames: [NameID: NameID]

    init(_ program: Program, _ names: [NameID: NameID]) {
      var isAmbiguous: Set<Int> = []
      var entries = Array(repeating: Self.unknown, count: program.names.count)
      var places: [(entry: UInt64, end: UInt64, name: NameID)] = []
      places.reserveCapacity(program.functions.count)
      let functions = program.functions.span
      for f in functions.indices {
        let entry = functions[f].entry
        places.append((entry, entry &+ UInt64(max(functions[f].size, 1)), functions[f].name))
        func add(_ name: NameID) {
          let i = Int(name.index)
          if entries[i] != Self.unknown, entries[i] != entry { isAmbiguous.insert(i) }
          entries[i] = entry
        }
        add(functions[f].name)
        for alias in functions[f].aliases { add(alias) }
      }
      for i in isAmbiguous { entries[i] = Self.unknown }
      self.places = places
      self.entries = entries
      trampolineNames = names
      for f in functions.indices where names[functions[f].name] != nil {
        guard let jump = functions[f].calls.first, functions[f].calls.count == 1 else { continue }
        let (target, entry) = found(jump)
        trampolines[functions[f].entry] = (entry, target)
      }
    }

    /// Returns the function at a call's address, or of its name; it may be a trampoline.
    private func found(_ call: CallSite) -> (target: NameID, entry: UInt64?) {
      if let address = call.targetEntry {
        // An address inside a function stands for that function: `runtime.duffzero` is called like that.
        return holder(of: address).map { ($0.name, $0.entry) } ?? (call.target, nil)
      }
      let entry = entries[Int(call.target.index)]
      return (call.target, entry == Self.unknown ? nil : entry)
    }

    @Sendable func resolve(_ function: inout Function) {
      for c in function.calls.indices {
        var (target, entry) = found(function.calls[c])
        if !trampolineNames.isEmpty {
          if let behind = entry.flatMap({ trampolines[$0] }) {
            (target, entry) = (behind.name, behind.entry)
          } else if entry == nil, let name = trampolineNames[target] {
            target = name
          }
        }
        function.calls[c].resolve(target: target, entry: entry)
      }
      function.changeCallees { callee in callee = resolved(callee) }
    }

    /// Resolves a callee. A pointer to code must be the entry of a function; otherwise the callee is open.
    private func resolved(_ callee: Callee) -> Callee {
      if let entry = callee.entry {
        if let holder = holder(of: entry) {
          return holder.entry == entry ? Callee(target: holder.name, entry: entry) : .open(.data)
        }
        // The listing does not contain the function.
        return callee.target == nil ? .open(.data) : Callee(target: callee.target, entry: nil)
      }
      guard let target = callee.target else { return callee.word == nil ? callee : .open(.data) }
      let entry = entries[Int(target.index)]
      return Callee(target: target, entry: entry == Self.unknown ? nil : entry)
    }

    private func holder(of address: UInt64) -> (entry: UInt64, name: NameID)? {
      let next = places.partitioningIndex { $0.entry > address }
      guard next > 0, address < places[next - 1].end else { return nil }
      return (places[next - 1].entry, places[next - 1].name)
    }
  }
}
