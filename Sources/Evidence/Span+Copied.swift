extension Span<UInt8> {
  /// A copy.
  var copied: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}
