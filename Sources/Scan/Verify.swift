import GoBinary
public import ProgramModel
import SystemPackage

/// Compares the model of a binary's text with the tables that Go's linker wrote into it.
///
/// - Parameters:
///   - binary: the binary's path, as the user gave it.
///   - listing: a saved listing of it, or `-`; nil runs a disassembler.
///   - options: the choices for the scan.
/// - Throws: ``ScanError``.
public func verify(
  _ binary: [CChar], listing: [CChar]? = nil, options: ScanOptions
) async throws(ScanError) -> (verification: Verification, warnings: [String]) {
  let name = String(platformString: binary)
  let path = unsafe binary.withUnsafeBufferPointer { unsafe FilePath(platformString: $0.baseAddress!) }
  let file: BinaryFile
  do { file = try BinaryFile(path: path) } catch { throw .binary(error) }
  guard file.isGo, !file.isObject else { throw file.isGo ? .notGo(name) : notGo(file, name) }
  let table: LineTable?
  do { table = try LineTable(file) } catch { throw .binary(error) }
  guard let table else { throw .noTable(name) }
  var options = options
  options.joinsTable = false
  var result = try await scan(listing ?? binary, options: options)
  result.program.header.goVersion = file.goVersion
  result.program.header.os = file.os
  return (Comparison(result.program, table).verification, result.warnings)
}

/// Compares a program with the functions of the linker's table.
private struct Comparison {
  private let program: Program
  private let table: LineTable
  private(set) var verification: Verification
  /// The most padding after a function, in bytes, which is its alignment (`cmd/link/internal/ld/data.go`).
  private static let padding: UInt64 = 64

  init(_ program: Program, _ table: LineTable) {
    self.program = program
    self.table = table
    verification = Verification(header: program.header, names: program.names)
    verification.damaged = table.damaged
    let hasLines = program.functions.contains { $0.line != nil }
    for subject in Verification.Subject.allCases where subject != .lines || hasLines {
      verification.counts[subject] = Verification.Count()
    }
    let deferReturns = Set(
      ["runtime.deferreturn", "runtime.deferreturn.abi0"].map { verification.names.intern($0) })
    for (i, function) in table.functions.enumerated() where function.entry < function.end {
      guard function.isGo else {
        if Linker.isLinkers(table.name(function)) {
          verification.linkers += 1
        } else {
          verification.foreign += 1
        }
        continue
      }
      guard let index = program.index(ofEntry: function.entry) else {
        disagree(.bounds, function, nil, "a function of \(function.end - function.entry) bytes")
        continue
      }
      let found = program.functions[index]
      frame(found, function)
      let defers = found.calls.contains { deferReturns.contains($0.target) }
      if defers == (function.deferReturn != 0) {
        verification.counts[.defers]?.agree += 1
      } else {
        disagree(.defers, function, Self.defers(defers), Self.defers(!defers))
      }
      bounds(found, function)
      if hasLines { lines(found, i, function) }
    }
    inventions()
  }

  private mutating func frame(_ found: Function, _ function: TableFunction) {
    guard let bytes = function.frameBytes else { return }
    if let reason = found.frame.uncertain, reason != .checkMismatch || found.frame.bytes == bytes {
      verification.counts[.frame]?.uncertain += 1
      verification.uncertain.append(
        Verification.Disagreement(
          subject: .frame, entry: function.entry, name: verification.names.intern(table.name(function).span),
          text: "\(found.frame.bytes) bytes or more (\(reason.rawValue))", linker: "\(bytes) bytes"))
    } else if found.frame.bytes == bytes {
      verification.counts[.frame]?.agree += 1
    } else if function.isAssembly, found.frame.bytes > bytes {
      // Assemblers track some of what is written on SP, and no other: that of x86 PUSH, POP and ADJSP, but no SUB
      // (`cmd/internal/obj/x86/obj6.go`); that of s390x ADD, but no LAY (`s390x/objz.go`).
      verification.counts[.frame]?.uncertain += 1
      verification.uncertain.append(
        Verification.Disagreement(
          subject: .frame, entry: function.entry, name: verification.names.intern(table.name(function).span),
          text: "\(found.frame.bytes) bytes",
          linker: "\(bytes) bytes, without what assembly subtracts from SP"))
    } else {
      disagree(.frame, function, "\(found.frame.bytes) bytes", "\(bytes) bytes")
    }
  }

  private static func defers(_ defers: Bool) -> String { defers ? "defers" : "no defer" }

  private mutating func bounds(_ found: Function, _ function: TableFunction) {
    let end = found.entry &+ UInt64(found.size)
    if end <= function.end, function.end - end < Self.padding {
      verification.counts[.bounds]?.agree += 1
    } else {
      disagree(
        .bounds, function, "ends at 0x" + String(end, radix: 16),
        "ends at 0x" + String(function.end, radix: 16))
    }
  }

  private mutating func lines(_ found: Function, _ index: Int, _ function: TableFunction) {
    var cursor = table.lines(of: index)
    var places: [(address: UInt64, line: Int32?)] = [(found.entry, found.line)]
    places += found.calls.map { ($0.address, $0.line) }
    places += found.atomics.map { ($0.address, $0.location?.line) }
    for place in places.sorted(by: { $0.address < $1.address }) {
      let line = cursor.position(at: place.address).flatMap { $0.line > 0 ? $0.line : nil }
      guard line == place.line else {
        let at = "0x" + String(place.address, radix: 16)
        return disagree(
          .lines, function, "\(at) at line \(place.line.map(String.init) ?? "none")",
          "\(at) at line \(line.map(String.init) ?? "none")")
      }
    }
    verification.counts[.lines]?.agree += 1
  }

  /// Reports functions of the text that are inside the table's code but not in the table.
  private mutating func inventions() {
    guard let first = table.functions.first, let last = table.functions.last else { return }
    for function in program.functions
    where function.entry >= first.entry && function.entry < last.end && function.size > 0
      && table.index(ofEntry: function.entry) == nil
    {
      verification.disagreements.append(
        Verification.Disagreement(
          subject: .bounds, entry: function.entry, name: function.name,
          text: "a function of \(function.size) bytes", linker: nil))
    }
    verification.disagreements.sort { $0.entry < $1.entry }
  }

  private mutating func disagree(
    _ subject: Verification.Subject, _ function: TableFunction, _ text: String?, _ linker: String?
  ) {
    verification.disagreements.append(
      Verification.Disagreement(
        subject: subject, entry: function.entry, name: verification.names.intern(table.name(function).span),
        text: text, linker: linker))
  }
}
