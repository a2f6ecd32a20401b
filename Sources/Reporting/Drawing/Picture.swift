/// A drawing without a file format: marks on white, in the order in which they are painted.
///
/// Positions are pixels from the upper left corner. Lines are thin rectangles, so that every format draws
/// them in the same way.
struct Picture {
  /// An upright rectangle.
  struct Box: Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
  }

  /// The part of a text that is at its position.
  enum Anchor {
    case start
    case middle
    case end
  }

  /// A mark. Its `tip` is shown when a pointer rests on it, if the format supports that.
  enum Mark {
    case rectangle(Box, Color, tip: String? = nil)
    /// One line of text on a baseline. With `scale` 1, capitals are seven pixels high.
    case text(
      String, x: Int, baseline: Int, Color = .ink, anchor: Anchor = .start, scale: Int = 1,
      tip: String? = nil)
    /// An area that shows a tip and paints nothing; formats without tips leave it out.
    case tip(Box, String)
  }

  var width: Int
  var height: Int
  /// A description for people who cannot see the picture.
  var title: String
  var marks: [Mark] = []

  /// Returns the width of a text in pixels.
  static func width(of text: String, scale: Int = 1) -> Int {
    TerminalText.width(text) * BitmapFont.advance * scale
  }
}
