import SystemPackage

/// Reads a file piece by piece with `pread`. If the file is cut while it is read, the pieces are short; a
/// mapped file would end the process.
final class BinaryReader: Sendable {
  let path: FilePath
  /// The size in bytes of the file when it was opened, or of the part that is read.
  let size: UInt64
  private let descriptor: FileDescriptor
  /// The offset in the file at which the part begins.
  private let start: UInt64
  /// For a part of a file: the reader of the whole file, which owns the descriptor and closes it.
  private let whole: BinaryReader?

  /// The most bytes that are read at once, whatever the file says, unless the caller sets another limit: 64
  /// MiB.
  static let pieceLimit: UInt64 = 64 << 20

  init(_ path: FilePath) throws(BinaryError) {
    self.path = path
    start = 0
    whole = nil
    do {
      // Check the type first: opening a FIFO waits for a writer.
      guard try Stat(path).type == .regular else { throw BinaryError.notAFile(path) }
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch let error as Errno {
      throw .unreadable(path, error)
    } catch {
      throw .notAFile(path)
    }
    do {
      size = UInt64(max(0, try descriptor.stat().size))
    } catch {
      try? descriptor.close()
      throw .unreadable(path, error)
    }
  }

  /// Creates a reader of a part of a file, as if that were a file of its own. The part must lie within the
  /// file.
  init(_ part: Range<UInt64>, of whole: BinaryReader) {
    path = whole.path
    size = part.upperBound - part.lowerBound
    descriptor = whole.descriptor
    start = whole.start + part.lowerBound
    self.whole = whole
  }

  deinit { if whole == nil { try? descriptor.close() } }

  /// Reads `count` bytes from `offset` on, or fewer where the file ends or at `limit`.
  func upTo(
    _ count: UInt64, at offset: UInt64, isBigEndian: Bool = false, limit: UInt64 = BinaryReader.pieceLimit
  ) throws(BinaryError) -> Bytes {
    guard offset < size else { return Bytes(storage: [], isBigEndian: isBigEndian) }
    let wanted = Int(min(count, size - offset, limit))
    do {
      let storage = unsafe try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
        while filled < wanted {
          let rest = unsafe UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
          let read = unsafe try descriptor.read(
            fromAbsoluteOffset: Int64(start + offset) + Int64(filled), into: rest)
          if read == 0 { break }
          filled += read
        }
      }
      return Bytes(storage: storage, isBigEndian: isBigEndian)
    } catch let error as Errno {
      throw .unreadable(path, error)
    } catch {
      throw .malformed(path, "\(error)")
    }
  }

  /// Reads exactly `count` bytes from `offset` on, and throws when the file does not have them.
  ///
  /// - Parameter what: a name for these bytes, for the error.
  func exactly(
    _ count: UInt64, at offset: UInt64, isBigEndian: Bool, _ what: String
  ) throws(BinaryError) -> Bytes {
    guard count <= Self.pieceLimit else { throw .malformed(path, "\(what) would take \(count) bytes") }
    let bytes = try upTo(count, at: offset, isBigEndian: isBigEndian)
    guard bytes.count == Int(count) else {
      throw .malformed(path, "\(what) lies past the end (offset \(offset), \(count) bytes of \(size))")
    }
    return bytes
  }
}
