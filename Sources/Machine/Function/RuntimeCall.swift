import ByteText
import Listing

/// The functions of the Go runtime whose call tells something about the caller.
enum RuntimeCall {
  case none
  /// `runtime.morestack_noctxt` and its variants: the prologue calls one when the stack is too small.
  case morestack
  /// A function that does not return (the compiler emits nothing after the call: Go `ssagen/ssa.go`,
  /// `ir.IsNoReturn…`).
  case noReturn
  /// A `go` statement.
  case newproc
  /// A function that registers or runs defers.
  case deferred(Deferred)
  /// `newobject(type)`, or `mallocgc(size, type, needzero)` and its variants: a function that returns zeroed
  /// memory, and takes so many words.
  case allocates(words: UInt8)
  /// `duffzero` or `duffcopy`, which write to the frame.
  case duff
  case writeBarrier

  /// The kinds of defer calls: one that registers a record on the heap (`deferproc`), in the frame
  /// (`deferprocStack`), or in the body of a range-over-func loop (`deferprocat`), the call in the function
  /// around such a loop (`deferrangefunc`), and the one that runs all defers (`deferreturn`).
  enum Deferred: UInt8 {
    case heap, stack, range, rangeParent, exit
  }

  /// `runtime.` as a word of the text.
  private static let package: UInt64 = 0x2e65_6d69_746e_7572

  /// Recognizes a function that is called by the symbol that the text prints, which may be a trampoline's.
  /// Go's objdump prints none for a call into the middle of `duffzero` or `duffcopy`.
  init(to symbol: Range<Int>, _ text: borrowing Span<UInt8>) {
    self = symbol.isEmpty ? .duff : RuntimeCall(text, Trampoline.target(text, symbol))
  }

  /// Recognizes a function by its symbol.
  init(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) {
    self = .none
    guard symbol.count > 10, text.word(at: symbol.lowerBound) == Self.package else { return }
    let start = symbol.lowerBound + 8
    // `runtime.newproc.abi0` is the wrapper for assembly code and means the same.
    var end = symbol.upperBound
    if text.has(".abi0", at: end - 5) { end -= 5 }
    func names(_ name: StaticString) -> Bool {
      end - start == name.utf8CodeUnitCount && text.has(name, at: start)
    }
    switch text[start] {
    case UInt8(ascii: "m"):
      if text.has("morestack", at: start) {
        self = .morestack
      } else if text.has("mallocgc", at: start) {
        self = .allocates(words: 3)
      }
    case UInt8(ascii: "d"):
      if names("deferproc") {
        self = .deferred(.heap)
      } else if names("deferprocStack") {
        self = .deferred(.stack)
      } else if names("deferprocat") {
        self = .deferred(.range)
      } else if names("deferrangefunc") {
        self = .deferred(.rangeParent)
      } else if names("deferreturn") {
        self = .deferred(.exit)
      } else if text.has("duff", at: start) {
        self = .duff
      }
    case UInt8(ascii: "n"):
      if names("newproc") {
        self = .newproc
      } else if names("newobject") {
        self = .allocates(words: 1)
      }
    case UInt8(ascii: "g"):
      if names("gopanic") || text.has("goPanic", at: start) || names("goexit") {
        self = .noReturn
      } else if text.has("gcWriteBarrier", at: start) {
        self = .writeBarrier
      }
    case UInt8(ascii: "p"):
      // panicIndex, panicdivide, panicdottypeE, …; panicCheck1 and panicCheck2 do return.
      if text.has("panic", at: start), !text.has("panicCheck", at: start) { self = .noReturn }
    case UInt8(ascii: "t"):
      if names("throw") { self = .noReturn }
    case UInt8(ascii: "f"):
      if names("fatal") || names("fatalthrow") { self = .noReturn }
    case UInt8(ascii: "b"):
      // `runtime.block` is `select {}`.
      if names("block") { self = .noReturn }
    default: break
    }
  }
}
