/// Reads the output of `git cat-file --batch`. For each object, that is a line such as
/// `257cc5642cb1a054f08cc83f2d943e56fd3ebe99 blob 12`, then the twelve bytes and a line feed; or the line
/// `257cc5642cb1a054f08cc83f2d943e56fd3ebe99 missing`.
struct BatchReader {
  private var rest: ArraySlice<UInt8>

  init(_ output: [UInt8]) { rest = output[...] }

  /// Returns the content of the next object, which must be the one of this name; nil where it is missing.
  mutating func next(_ object: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let words = rest[..<lineEnd].split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[0].elementsEqual(object),
      let size = Int(String(decoding: words[2], as: UTF8.self)), size >= 0, size < rest.endIndex - lineEnd - 1
    else { return nil }
    let start = lineEnd + 1
    defer { rest = rest[(start + size + 1)...] }
    return rest[start..<start + size]
  }
}
