/// The depth of SP along a function's code, and the words of its frame that hold pointers while a call runs
/// there. Go's garbage collector and its stack copying use the same facts (`runtime/stkframe.go`,
/// `getStackMap`).
///
/// Variables whose address is taken are in no map: the collector traces them through the pointers to them
/// (`runtime/mgcstack.go`, stack objects).
public struct StackMap: Sendable {
  /// The part of a function that is asked for.
  public enum Place: Hashable, Sendable {
    /// An instruction's address. A return address is that of the instruction after the call.
    case address(UInt64)
    /// A line of the function's file, from 1.
    case line(Int32)
  }

  /// Adjacent words.
  public struct Slots: Hashable, Sendable {
    /// The position of the first word, in bytes above an SP; negative below it.
    public var offset: Int
    /// Whether each word holds a live pointer, the lowest word first.
    public var pointers: [Bool]

    /// Creates slots.
    ///
    /// - Parameters:
    ///   - offset: the position of the first word, in bytes above an SP.
    ///   - pointers: whether each word holds a live pointer, the lowest word first.
    public init(offset: Int, pointers: [Bool]) {
      self.offset = offset
      self.pointers = pointers
    }
  }

  /// The two pointer maps of a frame. Nil means that the function has no such map; a map without slots means
  /// that there are no pointers.
  public struct Frame: Hashable, Sendable {
    /// The map of the function's variables.
    public var locals: Slots?
    /// The map of its arguments and results on the stack, which are in the caller's frame. Arguments in
    /// registers have room there to be spilled to (`cmd/compile/abi-internal.md`).
    public var arguments: Slots?

    /// Creates a frame.
    ///
    /// - Parameters:
    ///   - locals: the map of the function's variables.
    ///   - arguments: the map of its arguments and results.
    public init(locals: Slots?, arguments: Slots?) {
      self.locals = locals
      self.arguments = arguments
    }
  }

  /// A range of code in which SP does not move and one map applies.
  public struct Stretch: Hashable, Sendable {
    /// The addresses of its instructions.
    public var addresses: Range<UInt64>
    /// The function's own lines that the code comes from; inlined code counts for the line of its call. Nil
    /// where no line is known.
    public var lines: ClosedRange<Int32>?
    /// The distance of SP below the SP at entry, in bytes.
    public var depth: Int
    /// The index of its map in ``StackMap/frames``; nil for none.
    public var frame: Int?

    /// Creates a stretch.
    public init(addresses: Range<UInt64>, lines: ClosedRange<Int32>?, depth: Int, frame: Int?) {
      self.addresses = addresses
      self.lines = lines
      self.depth = depth
      self.frame = frame
    }
  }

  /// The place that was asked for; nil for the whole function.
  public var place: Place?
  /// The greatest distance of SP below the SP at entry, in bytes.
  public var frameBytes: Int
  /// The size of a slot, in bytes.
  public var wordBytes: Int
  /// The stretches in address order.
  public var stretches: [Stretch] = []
  /// The maps that the stretches refer to, each once, with offsets from the SP at entry.
  public var frames: [Frame] = []

  /// Creates a map without stretches.
  public init(place: Place?, frameBytes: Int, wordBytes: Int) {
    self.place = place
    self.frameBytes = frameBytes
    self.wordBytes = wordBytes
  }

  /// Returns the maps of a stretch, with offsets from the SP there. Its `locals` are nil where SP is not at
  /// the depth of the whole frame: before the prologue has made the frame, and after the epilogue has freed
  /// it.
  public func frame(of stretch: Stretch) -> Frame {
    guard var frame = stretch.frame.map({ frames[$0] }) else { return Frame(locals: nil, arguments: nil) }
    if stretch.depth != frameBytes { frame.locals = nil }
    frame.locals?.offset += stretch.depth
    frame.arguments?.offset += stretch.depth
    return frame
  }
}
