public import Disassembly
import GoBinary
import LibC
import ProgramModel
import SystemPackage

/// The models of binaries that were read before, in the user's cache folder.
///
/// Any number of fathoms may use it at once: an entry is written under another name and then renamed, so it
/// is whole or not there. An entry that does not read back is none. Nothing that goes wrong here is an error
/// of the scan, which then is as slow as the first one.
public struct ModelCache: Sendable {
  /// What an entry is of.
  struct Key { fileprivate let file: String }

  private let folder: FilePath
  private let version: String
  private let limit: Int

  /// - Parameters:
  ///   - version: of this fathom.
  ///   - limit: how many bytes it may take up.
  ///   - environment: where the user's folders are.
  /// - Returns: nil when there is no folder for it, or one that is not the user's alone.
  public init?(version: String, limit: Int = 512 << 20, environment: ChildEnvironment = .current) {
    guard let folder = try? CacheFolder.make(["models"], environment)
    else { return nil }
    self.folder = folder
    self.version = version
    self.limit = limit
  }

  /// What the model of a binary is kept under.
  ///
  /// - Parameters:
  ///   - size: of the binary; see ``mayHold(size:)``.
  ///   - contentHash: of the binary. A build id would not do: it can be forged, and survives a patch.
  ///   - settings: what else the model depends on, as the disassembler and its version.
  func key(size: UInt64, contentHash: String, settings: [String]) -> Key {
    let all = [contentHash, version, Self.build, "\(ProgramArchive.version)"] + settings
    return Key(file: Self.prefix(size) + SHA256.hex(of: all.joined(separator: "\0").utf8))
  }

  /// Whether there is an entry of any binary of this size: where not, nobody need wait for the hash.
  func mayHold(size: UInt64) -> Bool { names().contains { $0.hasPrefix(Self.prefix(size)) } }

  /// What was stored under this key.
  ///
  /// - Parameter input: what the user calls the binary now.
  func load(_ key: Key, input: String) -> ScanResult? {
    guard let bytes = read(key.file), let archive = ProgramArchive(decoding: bytes) else { return nil }
    let warnings = Array(archive.notes.dropFirst())
    // Warnings name the input.
    guard archive.notes.first == key.file, warnings.isEmpty || archive.program.header.input == input else {
      return nil
    }
    var program = archive.program
    program.header.input = input
    return ScanResult(program: program, listings: [:], warnings: warnings)
  }

  /// Keeps a model, and removes those that were not used for the longest time when there is no room.
  func store(_ result: ScanResult, _ key: Key) {
    let bytes = ProgramArchive(program: result.program, notes: [key.file] + result.warnings).encoded()
    guard bytes.count <= limit, write(bytes, to: key.file) else { return }
    trim()
  }

  private static func prefix(_ size: UInt64) -> String { String(size, radix: 16) + "-" }

  /// When this executable was built: another one of the same version may make other models.
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
    // Used just now.
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

  /// Also what a fathom that was killed left half written.
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
