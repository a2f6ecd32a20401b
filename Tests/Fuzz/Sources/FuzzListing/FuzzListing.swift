import Entries

/// Called by the fuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Entry.listing.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
