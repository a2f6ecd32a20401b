extension RandomAccessCollection {
  /// Where the elements begin for which a condition holds, in a collection that has all others before them: a binary
  /// search, by the name that swift-algorithms gives it. `endIndex` where it holds for none.
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
