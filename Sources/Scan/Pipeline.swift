import ByteText
import Dispatch
import Listing
import Machine
import ProgramModel
import Synchronization

/// Reads a listing on all cores: workers take pieces of it, and their models are joined in the order of the
/// text.
struct Pipeline: Sendable {
  let dialect: Dialect
  /// The listing, or its parts in order.
  let sources: [ListingSource]
  /// The function names, for the listing of a stripped binary.
  var names: FunctionNames?
  let options: ScanOptions

  /// The models and counts of one worker.
  private struct Yield: Sendable {
    var pieces: [Batch] = []
    var names = NameTable()
    var diagnostics = Diagnostics()
    var listings: [UInt64: [ListedInstruction]] = [:]
  }

  /// The position of a piece in the text.
  private struct Place: Comparable {
    var source: Int
    var index: Int

    static func < (a: Self, b: Self) -> Bool { (a.source, a.index) < (b.source, b.index) }
  }

  /// The functions of one piece.
  private struct Batch: Sendable {
    var place: Place
    var functions = FunctionChunk()
    /// Whether the last function breaks off.
    var endsOpen = false
    /// Whether the last function is whole even where the text's last newline is missing.
    var endsWhole = false
    /// Whether the text ends right after a function's name.
    var endsBare = false
    /// The format of a file of another machine's code.
    var otherFormat: String?
    /// The number of functions that broke off and were left out, and whether the last one was among them.
    var cuts = 0
    var endsCut = false
    /// Counts of the other content of the piece.
    var diagnostics = Diagnostics()
    /// The index of its worker.
    var worker = 0
  }

  /// The models of a whole listing, in the order of the text, with unresolved calls.
  struct Harvest: Sendable {
    var names: NameTable
    var functions: [Function]
    var diagnostics: Diagnostics
    var listings: [UInt64: [ListedInstruction]]
    var endsOpen: Bool
    var endsWhole: Bool
    var otherFormat: String?
    var endsBare: Bool
    var cuts: Int
    var endsCut: Bool
  }

  /// Reads the whole listing.
  func run() async -> Harvest {
    let jobs = max(1, options.jobs)
    let yields = Mutex<[Yield]>([])
    await withCheckedContinuation { done in
      // Use Dispatch's threads rather than Swift's pool: a worker blocks in read(2).
      DispatchQueue.global(qos: .userInitiated).async {
        DispatchQueue.concurrentPerform(iterations: jobs) { worker in
          let yield = work(worker)
          yields.withLock { $0.append(yield) }
        }
        done.resume()
      }
    }
    return gather(
      yields.withLock { yields in
        var all: [Yield] = []
        swap(&all, &yields)
        return all
      })
  }

  private func work(_ worker: Int) -> Yield {
    var modeler = FunctionModeler(dialect)
    var yield = Yield()
    var piece = ListingSource.Piece()
    var function = FunctionText()
    var written: [UInt8] = []
    let rewriter = Rewriter(dialect, names: names)
    // Each worker starts with parts of its own, then helps the others.
    let jobs = max(1, options.jobs)
    let order = sources.indices.sorted { a, b in
      (a % jobs == worker ? 0 : 1, a) < (b % jobs == worker ? 0 : 1, b)
    }
    for s in order {
      while sources[s].next(&piece, dialect: dialect) {
        var batch: Batch
        if let rewriter {
          var counted = Diagnostics()
          let result = rewriter.write(
            piece.bytes.span, end: piece.end, offset: piece.offset, breaksFunction: piece.breaksFunction,
            nextEntry: piece.nextEntry, into: &written, diagnostics: &counted)
          batch = read(written.span, result.end, piece, s, &modeler, &function, &yield)
          batch.diagnostics.add(counted)
          (batch.cuts, batch.endsCut) = (result.cuts, result.endsCut)
        } else {
          batch = read(piece.bytes.span, piece.end, piece, s, &modeler, &function, &yield)
        }
        yield.pieces.append(batch)
        if let progress = options.progress, piece.index % 8 == 0 {
          let bytes = sources.reduce(0) { $0 + $1.ending.bytes }
          progress(Progress(text: "read \(bytes >> 20) MB of listing"))
        }
      }
    }
    yield.names = modeler.names
    yield.diagnostics = modeler.diagnostics
    return yield
  }

  /// Models the functions of one piece.
  private func read(
    _ text: borrowing Span<UInt8>, _ end: Int, _ piece: borrowing ListingSource.Piece, _ source: Int,
    _ modeler: inout FunctionModeler, _ function: inout FunctionText, _ yield: inout Yield
  ) -> Batch {
    var batch = Batch(place: Place(source: source, index: piece.index))
    let filter = options.capture == nil ? modeler.filter : .none
    var position = 0
    while dialect.next(
      text, end: end, position: &position, filter: filter, into: &function, diagnostics: &batch.diagnostics)
    {
      let isLast = position >= end
      if !function.otherFormat.isEmpty { batch.otherFormat = text.string(function.otherFormat) }
      if isLast {
        if piece.breaksFunction { function.isTooLarge = true }
        function.nextEntry = function.nextEntry ?? piece.nextEntry
      }
      guard let model = modeler.model(text, &function) else {
        if isLast, function.lines.isEmpty { batch.endsBare = true }
        continue
      }
      if isLast {
        batch.endsOpen = modeler.endsOpen(text, function) && !function.isTooLarge
        batch.endsWhole = !batch.endsOpen && modeler.endsWhole(text, function, end: end)
      }
      if let capture = options.capture, capture(model, modeler.names) {
        yield.listings[model.entry] = modeler.listed(text, function)
      }
      batch.functions.append(consume model)
    }
    return batch
  }

  /// Sorts the workers' pieces, and joins their names in one table.
  private func gather(_ yields: consuming [Yield]) -> Harvest {
    var names = NameTable()
    var diagnostics = Diagnostics()
    var listings: [UInt64: [ListedInstruction]] = [:]
    var batches: [Batch] = []
    var maps: [[NameID]?] = []
    for i in yields.indices {
      var yield = Yield()
      swap(&yield, &yields[i])
      // The other tables are merged into the first one, which is moved, not copied.
      if i == 0 { swap(&names, &yield.names) }
      let map = i == 0 ? nil : names.merge(yield.names)
      maps.append(map)
      diagnostics.add(yield.diagnostics)
      for var batch in yield.pieces {
        batch.worker = i
        batches.append(batch)
      }
      for (entry, list) in yield.listings {
        listings[entry] = list.map { instruction in
          var instruction = instruction
          if let map { instruction.location?.rename(map) }
          return instruction
        }
      }
    }
    batches.sort { $0.place < $1.place }
    for batch in batches { diagnostics.add(batch.diagnostics) }
    let last = batches.last { $0.functions.count > 0 }
    let workers = batches.map(\.worker)
    let functions = FunctionChunk.joined(batches.map(\.functions), jobs: options.jobs) {
      [maps] function, place in
      if let map = maps[workers[place]] { function.rename(map) }
    }
    return Harvest(
      names: names, functions: functions, diagnostics: diagnostics, listings: listings,
      endsOpen: last?.endsOpen ?? false, endsWhole: last?.endsWhole ?? false,
      otherFormat: batches.lazy.compactMap(\.otherFormat).first,
      endsBare: batches.last?.endsBare ?? false,
      cuts: batches.reduce(0) { $0 + $1.cuts }, endsCut: batches.last?.endsCut ?? false)
  }
}
