import ByteText
import ProgramModel

/// Lines that a console or a terminal cut in two.
extension TraceParser {
  /// Puts together what a console of 80 columns, or a terminal, cut in two.
  mutating func rejoin(_ line: Span<UInt8>, _ meaning: TraceLine) -> Bool {
    switch meaning {
    case .other, .function: break
    case .place(let place) where !place.isIndented: break
    default:
      if !part.isEmpty { part = [] }
      return false
    }
    if case .function = meaning {
    } else if state == .betweenFrames, !lastPlace.isEmpty, Self.isRest(line) {
      return replacePlace(line)
    }
    guard part.count >= Self.leastWidth else { return false }
    let whole = part + line.copied
    part = []
    switch TraceLine(whole.span) {
    case .function where state == .betweenFrames || state == .doubtful: state = .betweenFrames
    case .place(let place) where (state == .named || state == .created) && place.isIndented: break
    default: return false
    }
    goroutine.foreign -= 1
    read(whole.span)
    return true
  }

  /// A console that cuts lines has so many columns at least.
  static let leastWidth = 40

  /// Reads the last place once more, with the rest of its line.
  mutating func replacePlace(_ rest: Span<UInt8>) -> Bool {
    let whole = lastPlace + rest.copied
    guard case .place(let place) = TraceLine(whole.span), let last = goroutine.trace.frames.last,
      goroutine.trace.ancestors.isEmpty, goroutine.trace.creator == nil
    else { return false }
    goroutine.trace.frames.removeLast()
    goroutine.frame = last
    state = .named
    self.place(place, whole.span)
    return true
  }

  /// Whether a line is the end of a place and nothing else: `39`, `2 +0x1d`, `0x4793 pc=0x479339`.
  static func isRest(_ line: Span<UInt8>) -> Bool {
    for i in line.indices {
      switch line[i] {
      case 0x30...0x39, 0x61...0x66, 0x20, UInt8(ascii: "x"), UInt8(ascii: "+"), UInt8(ascii: "="),
        UInt8(ascii: "p"), UInt8(ascii: "s"):
        continue
      default: return false
      }
    }
    return true
  }
}
