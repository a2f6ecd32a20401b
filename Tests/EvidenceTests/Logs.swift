import Foundation
import ProgramModel
import Testing

@testable import Evidence

/// The logs of samples/crashes.
enum Logs {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../samples/crashes/logs").standardized

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name + ".txt")))
  }

  /// Every log's name, sorted.
  static func all() throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  /// What is found in a log that comes through a file.
  ///
  /// - Parameter isEncoded: it is not of as many bytes as its text.
  static func read(_ bytes: [UInt8], readSize: Int = 1 << 18, isEncoded: Bool = false) throws -> Traces {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("fathom-log-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    var reader = LogReader(file.fileDescriptor, readSize: readSize)
    let (traces, size, error) = reader.read()
    #expect((size == bytes.count || isEncoded) && error == 0)
    return traces
  }
}

extension Traces {
  /// Everything that was read, in words that do not depend on how names are numbered.
  var words: String {
    var out = ""
    func word(_ frame: TraceFrame) -> String {
      let place = (frame.file.map { names.string($0) } ?? "-") + ":\(frame.line)"
      let numbers = [frame.offset.map(UInt64.init), frame.pc, frame.fp, frame.sp].map {
        $0.map { String($0) } ?? "-"
      }
      return "\(names.string(frame.function)) \(place) \(numbers) \(frame.isInlined)"
    }
    for crash in crashes {
      out += "\(crash.kind) \(crash.message) \(crash.limit ?? -1) \(crash.sp ?? 0) \(crash.registers.count)\n"
      for goroutine in goroutines[crash.goroutines] {
        let state = goroutine.state.map { names.string($0) } ?? "-"
        let labels = goroutine.labels.map { names.string($0) } ?? "-"
        out += " \(goroutine.id ?? 0) \(state) \(goroutine.minutes) \(goroutine.isLocked) \(labels)\n"
        for frame in goroutine.frames { out += "  \(word(frame))\n" }
        if let elided = goroutine.elided { out += "  elided \(elided.behind) \(elided.count ?? -1)\n" }
        if let creator = goroutine.creator { out += "  by \(word(creator)) \(goroutine.creatorID ?? 0)\n" }
      }
    }
    return out
  }
}

extension Postmortem {
  /// Whether the chain is whole: it ends where the goroutine began, or where a Go before 1.21 printed no more.
  func endsRightly(_ traces: Traces) -> Bool {
    if frames.last.map({ traces.names.string($0.trace.function) }) == "runtime.goexit" { return true }
    guard crash.kind == .overflow, let goroutine, let elided = traces.goroutines[goroutine].elided else {
      return false
    }
    return elided.count == nil && elided.behind >= 100
      && elided.behind == traces.goroutines[goroutine].frames.count
  }
}
