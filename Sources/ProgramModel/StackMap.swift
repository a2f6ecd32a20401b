/// Where SP stands along a function's code, and which words of its frame hold pointers while a call runs
/// there: what Go's garbage collector and its stack copying go by (`runtime/stkframe.go`, `getStackMap`).
///
/// Variables whose address is taken are in no map: the collector traces them from the pointers to them
/// (`runtime/mgcstack.go`, stack objects).
public struct StackMap: Sendable {
  /// What of a function is asked for.
  public enum Place: Hashable, Sendable {
    /// An instruction's address. A return address is one of the instruction behind the call.
    case address(UInt64)
    /// A line of the function's file, from 1 on.
    case line(Int32)
  }

  /// Words that stand side by side.
  public struct Slots: Hashable, Sendable {
    /// Where the first is, in bytes above an SP; below it is negative.
    public var offset: Int
    /// Whether each holds a pointer that is live, the lowest first.
    public var pointers: [Bool]

    /// - Parameters:
    ///   - offset: where the first is, in bytes above an SP.
    ///   - pointers: whether each holds a live pointer, the lowest first.
    public init(offset: Int, pointers: [Bool]) {
      self.offset = offset
      self.pointers = pointers
    }
  }

  /// Both maps of a frame. Nil is a map that the function does not have; one without slots says that
  /// nothing there is a pointer.
  public struct Frame: Hashable, Sendable {
    /// The function's variables.
    public var locals: Slots?
    /// Its arguments and results that are on the stack, in the caller's frame; those in registers have room
    /// there that they are spilled to (`cmd/compile/abi-internal.md`).
    public var arguments: Slots?

    /// - Parameters:
    ///   - locals: the function's variables.
    ///   - arguments: its arguments and results.
    public init(locals: Slots?, arguments: Slots?) {
      self.locals = locals
      self.arguments = arguments
    }
  }

  /// Code along which SP does not move and one map holds.
  public struct Stretch: Hashable, Sendable {
    /// Of its instructions.
    public var addresses: Range<UInt64>
    /// The function's own lines that it comes from; what is inlined counts for the line of its call. Nil
    /// where none is known.
    public var lines: ClosedRange<Int32>?
    /// How far SP is below where it was at entry, in bytes.
    public var depth: Int
    /// Its place in ``StackMap/frames``; nil for none.
    public var frame: Int?

    /// A stretch with all that is known of it.
    public init(addresses: Range<UInt64>, lines: ClosedRange<Int32>?, depth: Int, frame: Int?) {
      self.addresses = addresses
      self.lines = lines
      self.depth = depth
      self.frame = frame
    }
  }

  /// What was asked for; nil for the whole function.
  public var place: Place?
  /// The deepest that SP gets below the SP at entry, in bytes.
  public var frameBytes: Int
  /// Bytes of a slot.
  public var wordBytes: Int
  /// In address order.
  public var stretches: [Stretch] = []
  /// The maps that the stretches name, each once, offsets counted from the SP at entry.
  public var frames: [Frame] = []

  /// Without a stretch.
  public init(place: Place?, frameBytes: Int, wordBytes: Int) {
    self.place = place
    self.frameBytes = frameBytes
    self.wordBytes = wordBytes
  }

  /// The maps of a stretch, offsets counted from the SP there. Variables have no place before the prologue
  /// has made the frame, nor after the epilogue has freed it.
  public func frame(of stretch: Stretch) -> Frame {
    guard var frame = stretch.frame.map({ frames[$0] }) else { return Frame(locals: nil, arguments: nil) }
    if stretch.depth != frameBytes { frame.locals = nil }
    frame.locals?.offset += stretch.depth
    frame.arguments?.offset += stretch.depth
    return frame
  }
}
