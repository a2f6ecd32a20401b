#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes to read(2) from, in a file without a name.
enum DescriptorOfBytes {
  /// Nil where there is no room for such a file.
  @discardableResult
  static func with<Result>(_ bytes: [UInt8], _ body: (CInt) -> Result) -> Result? {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/fathom-bytes-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    unsafe unlink(template)
    let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
    return body(descriptor)
  }
}
