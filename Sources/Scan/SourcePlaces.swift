import GoBinary
import SystemPackage

/// The functions and source lines for addresses, including inlined calls, from a Go binary's own table.
public struct SourcePlaces: Sendable {
  private let table: LineTable

  /// Reads the table of a binary.
  ///
  /// - Parameter path: the path of the Go binary.
  /// - Throws: ``ScanError`` where it cannot be read, or has no table.
  public init(_ path: [CChar]) throws(ScanError) {
    let name = String(platformString: path)
    do {
      let file = unsafe path.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
      guard let table = try LineTable(BinaryFile(path: file)) else { throw ScanError.notGo(name) }
      self.table = table
    } catch let error as ScanError { throw error } catch let error as BinaryError {
      throw .binary(error)
    } catch {
      throw .unreadable(name, reason: "\(error)")
    }
  }

  /// Returns the chain of functions that an instruction's source text comes from, innermost first, each with
  /// its line. All but the last one were inlined. Empty where the table does not say.
  public func steps(at address: UInt64) -> [(function: [UInt8], file: [UInt8]?, line: Int32)] {
    guard let index = table.index(containing: address) else { return [] }
    let function = table.functions[index]
    var cursor = table.lines(of: index)
    return cursor.callers(at: address).map { step in
      (
        Array(step.name.map { table.inlinedName($0) } ?? table.name(function)),
        step.file.map { Array(table.file($0)) }, step.line
      )
    }
  }
}
