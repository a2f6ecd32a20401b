#if canImport(Glibc)
  @unsafe @preconcurrency import Glibc
#elseif canImport(Musl)
  @unsafe @preconcurrency import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The variables of this process, `NAME=value` each, as the C library has them now.
public func environmentVariables() -> [[CChar]] {
  #if canImport(Darwin)
    let table = unsafe _NSGetEnviron().pointee
  #else
    let table = unsafe environ
  #endif
  guard var entry = unsafe Optional(table) else { return [] }
  var rows: [[CChar]] = []
  while let row = unsafe entry.pointee {
    rows.append(unsafe Array(UnsafeBufferPointer(start: row, count: strlen(row) + 1)))
    unsafe entry += 1
  }
  return rows
}
