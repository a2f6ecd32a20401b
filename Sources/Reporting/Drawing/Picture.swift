/// A drawing before anyone asks for a file format: marks in the order in which they are painted, on white.
///
/// Units are pixels from the upper left corner. Lines are thin rectangles, so that every format draws the
/// same.
struct Picture {
  /// An upright rectangle.
  struct Box: Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
  }

  /// Which point of a text its place is.
  enum Anchor {
    case start
    case middle
    case end
  }

  /// One thing that is painted. `tip` is shown where the format knows how, when a pointer rests on the mark.
  enum Mark {
    case rectangle(Box, Color, tip: String? = nil)
    /// One line, its place on the baseline; `scale` 1 has letters of seven pixels' height.
    case text(
      String, x: Int, baseline: Int, Color = .ink, anchor: Anchor = .start, scale: Int = 1,
      tip: String? = nil)
    /// What takes part in no painting and shows a tip; formats without tips leave it out.
    case tip(Box, String)
  }

  var width: Int
  var height: Int
  /// What it shows, for those who cannot see it.
  var title: String
  var marks: [Mark] = []

  /// The pixels that a text takes.
  static func width(of text: String, scale: Int = 1) -> Int {
    TerminalText.width(text) * BitmapFont.advance * scale
  }
}
