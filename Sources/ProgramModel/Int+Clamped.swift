/// Arithmetic on numbers that come from an input. A result that does not fit is replaced by the largest
/// number, which is a lower bound of the true one.
extension Int {
  /// Returns the sum; `Int.max` or `Int.min` where it overflows.
  @inlinable
  public func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other < 0 ? .min : .max) : sum
  }

  /// Returns the product of two numbers that are not negative; `Int.max` where it overflows.
  @inlinable
  public func multipliedClamped(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
