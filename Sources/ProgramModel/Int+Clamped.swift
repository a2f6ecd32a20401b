/// Arithmetic on numbers that came from an input: one that is too large for the machine gives the largest number,
/// which is a lower bound of what it would be.
extension Int {
  /// The sum.
  @inlinable
  public func addingClamped(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other < 0 ? .min : .max) : sum
  }

  /// The product of two numbers that are not negative.
  @inlinable
  public func multipliedClamped(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
