#if canImport(Glibc)
  @unsafe @preconcurrency import Glibc
#elseif canImport(Musl)
  @unsafe @preconcurrency import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls read(2), which methods of that name hide, again where a signal interrupts it.
///
/// - Returns: the number of bytes; -1 where `errno` says why.
public func readOnce(_ descriptor: CInt, _ target: UnsafeMutableRawPointer?, _ room: Int) -> Int {
  while true {
    let count = unsafe read(descriptor, target, room)
    if count >= 0 || errno != EINTR { return count }
  }
}
