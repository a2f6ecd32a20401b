extension RandomAccessCollection {
  /// Returns the index of the first element for which a condition holds, or `endIndex` where it holds for
  /// none. All elements for which it does not hold must come first. It is a binary search, and named as in
  /// swift-algorithms.
  @inlinable
  public func partitioningIndex(where holds: (Element) -> Bool) -> Index {
    var low = startIndex
    var count = self.count
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if holds(self[middle]) {
        count = half
      } else {
        low = index(after: middle)
        count -= half + 1
      }
    }
    return low
  }
}
