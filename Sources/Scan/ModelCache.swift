public import Disassembly
import GoBinary
import LibC
import ProgramModel
import SystemPackage

/// A cache of the models of binaries, in the user's cache folder.
///
/// Several fathoms may use it at the same time: an entry is written under another name and then renamed, so
/// it is either whole or missing. A damaged entry counts as missing. No failure here is an error of the scan,
/// which then takes as long as without a cache.
public struct ModelCache: Sendable {
  /// The identity of an entry.
  struct Key { fileprivate let file: String }

  private let folder: FilePath
  private let version: String
  private let limit: Int

  /// Opens the cache.
  ///
  /// - Parameters:
  ///   - version: the version of this fathom.
  ///   - limit: the most bytes that the cache may take.
  ///   - environment: the variables that name the user's folders.
  /// - Returns: nil when the folder cannot be created, or is not private to the user.
  public init?(version: String, limit: Int = 512 << 20, environment: ChildEnvironment = .current) {
    guard let folder = try? CacheFolder.make(["models"], environment)
    else { return nil }
    self.folder = folder
    self.version = version
    self.limit = limit
  }

  /// Returns the key for the model of a binary.
  ///
  /// - Parameters:
  ///   - size: the size of the binary, in bytes; see ``mayHold(size:)``.
  ///   - contentHash: the hash of the binary. A build ID would not do: it can be forged, and survives a
  ///     patch.
  ///   - settings: everything else that the model depends on, such as the disassembler and its version.
  func key(size: UInt64, contentHash: String, settings: [String]) -> Key {
    let all = [contentHash, version, Self.build, "\(ProgramArchive.version)"] + settings
    return Key(file: Self.prefix(size) + SHA256.hex(of: all.joined(separator: "\0").utf8))
  }

  /// Whether there is an entry for any binary of this size. If not, nobody needs to wait for the hash.
  func mayHold(size: UInt64) -> Bool { names().contains { $0.hasPrefix(Self.prefix(size)) } }

  /// Returns the entry with this key; nil when it is missing or damaged.
  ///
  /// - Parameter input: the user's current name for the binary.
  func load(_ key: Key, input: String) -> ScanResult? {
    guard let bytes = read(key.file), let archive = ProgramArchive(decoding: bytes) else { return nil }
    let warnings = Array(archive.notes.dropFirst())
    // Warnings contain the name of the input.
    guard archive.notes.first == key.file, warnings.isEmpty || archive.program.header.input == input else {
      return nil
    }
    var program = archive.program
    program.header.input = input
    program.findPackagesOfFolders()
    return ScanResult(program: program, listings: [:], warnings: warnings)
  }

  /// Stores a model. When the cache is full, removes the models that were not used for the longest time.
  func store(_ result: ScanResult, _ key: Key) {
    let bytes = ProgramArchive(program: result.program, notes: [key.file] + result.warnings).encoded()
    guard bytes.count <= limit, write(bytes, to: key.file) else { return }
    trim()
  }

  private static func prefix(_ size: UInt64) -> String { String(size, radix: 16) + "-" }

  /// The size and time of this executable's file: another build of the same version may make other models.
  private static let build: String = {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _ = unsafe _NSGetExecutablePath(nil, &size)
      let path = unsafe FilePath(
        String(
          unsafeUninitializedCapacity: Int(size),
          initializingUTF8With: { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
              unsafe _NSGetExecutablePath(buffer.baseAddress, &size) == 0 ? strlen(buffer.baseAddress!) : 0
            }
          }))
    #else
      let path: FilePath = "/proc/self/exe"
    #endif
    guard let found = try? Stat(path) else { return "" }
    return "\(found.size) \(found.st_mtim.tv_sec) \(found.st_mtim.tv_nsec)"
  }()

  // MARK: Files

  private func read(_ name: String) -> [UInt8]? {
    guard
      let file = try? FileDescriptor.open(
        folder.appending(name), .readOnly, options: [.noFollow, .closeOnExec, .nonBlocking])
    else { return nil }
    defer { try? file.close() }
    guard let found = try? file.stat(), found.type == .regular, found.size <= limit else { return nil }
    let size = Int(found.size)
    let bytes = unsafe try? [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let rest = unsafe UnsafeMutableRawBufferPointer(buffer)[count...]
        let read = unsafe try file.read(into: UnsafeMutableRawBufferPointer(rebasing: rest))
        if read == 0 { break }
        count += read
      }
    }
    // Mark the entry as used now.
    _ = futimens(file.rawValue, nil)
    return bytes
  }

  private func write(_ bytes: [UInt8], to name: String) -> Bool {
    let temporary = folder.appending("new-\(getpid())-\(UInt64.random(in: 0 ... .max))")
    Interruption.remember(temporary: temporary)
    defer { Interruption.forget(temporary: temporary) }
    do {
      let file = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch {
      remove(temporary)
      return false
    }
    let isDone = unsafe temporary.withPlatformString { from in
      unsafe folder.appending(name).withPlatformString { unsafe rename(from, $0) == 0 }
    }
    if !isDone { remove(temporary) }
    return isDone
  }

  /// Removes the files that were not used for the longest time until the rest fits, including half-written
  /// files of a fathom that was killed.
  private func trim() {
    let files = names().compactMap { name -> (path: FilePath, size: Int, used: timespec)? in
      let path = folder.appending(name)
      guard let found = try? Stat(path, followTargetSymlink: false) else { return nil }
      return (path, Int(found.size), found.st_mtim)
    }
    var total = files.reduce(0) { $0 + $1.size }
    let oldestFirst = files.sorted { ($0.used.tv_sec, $0.used.tv_nsec) < ($1.used.tv_sec, $1.used.tv_nsec) }
    for file in oldestFirst where total > limit {
      remove(file.path)
      total -= file.size
    }
  }

  private func remove(_ path: FilePath) { _ = unsafe path.withPlatformString { unsafe unlink($0) } }

  private func names() -> [String] {
    guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
