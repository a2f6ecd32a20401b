import Foundation
import GoBinary
import ProgramModel
import SystemPackage
import Testing

@testable import Scan

@Suite("Pointer maps") struct StackMapTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "fathom-\(UUID().uuidString)")

  /// What `go build -gcflags=-S` prints of every call of two packages, one of them not optimised, held
  /// against the linked program.
  @Test(arguments: [Architecture.amd64, .arm64]) func areTheCompilers(arch: Architecture) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let said = try CompilerMaps(build(arch))
    let path = folder.appendingPathComponent("program").path
    let maps = try await StackMaps(Array(path.utf8CString), options: ScanOptions())
    let table = try #require(try LineTable(BinaryFile(path: FilePath(path))))
    var functions = 0
    var frames: Set<[String]> = []
    var calls = 0
    for (index, function) in maps.program.functions.enumerated() {
      guard let text = said.functions[maps.program.names.string(function.name)] else { continue }
      let row = try #require(table.index(ofEntry: function.entry))
      let map = try maps.map(of: index)
      try #require(map.stretches.last?.addresses.upperBound == function.entry + text.size, "\(text.name)")
      for call in text.calls {
        let address = function.entry + call.offset
        let what = "\(text.name) + \(call.offset)"
        let stretch = try #require(map.stretches.first { $0.addresses.contains(address) })
        let frame = try #require(stretch.frame.map { map.frames[$0] }, "\(what)")
        let locals = try #require(said.bits(text.locals, call.map), "\(what)")
        let arguments = try #require(said.bits(text.arguments, call.map), "\(what)")
        #expect(frame.locals?.pointers == locals, "\(what)")
        #expect(frame.arguments?.pointers == arguments, "\(what)")
        // Where the stack is full the frame is not made yet.
        let isEarly = call.text.contains("runtime.morestack")
        #expect(stretch.depth == (isEarly ? 0 : text.frameBytes), "\(what)")
        #expect((map.frame(of: stretch).locals == nil) == (stretch.depth < text.frameBytes), "\(what)")
        let pointers = try #require(table.pointerMap(of: row, at: address), "\(what)")
        #expect((0..<pointers.locals.count).map { pointers.locals[$0] } == locals, "\(what)")
        #expect((0..<pointers.arguments.count).map { pointers.arguments[$0] } == arguments, "\(what)")
        calls += 1
        if locals.contains(true) || arguments.contains(true) { frames.insert([text.name, "\(call.map)"]) }
      }
      functions += text.calls.isEmpty ? 0 : 1
    }
    #expect(functions >= 140 && frames.count >= 300 && calls >= 1200, "\(functions) \(frames.count) \(calls)")
  }

  /// What the compiler printed.
  private func build(_ arch: Architecture) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in [
      ("go.mod", "module example.com/app\n\ngo 1.21\n"),
      ("main.go", "package main\n\nimport \"encoding/json\"\n\nfunc main() { _, _ = json.Marshal(main) }\n"),
    ] { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    let output = folder.appendingPathComponent("compiler.txt")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    var environment = ProcessInfo.processInfo.environment
    environment.merge([
      "GOOS": "linux", "GOARCH": arch.rawValue, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOPROXY": "off",
      "GOFLAGS": "", "GOWORK": "off",
    ]) { $1 }
    environment["GOCACHE"] =
      environment["GOCACHE"] ?? FileManager.default.temporaryDirectory.path + "/fathom-test-gocache"
    process.environment = environment
    process.arguments = [
      environment["FATHOM_GO"] ?? "go", "build", "-buildvcs=false", "-gcflags=reflect=-S -N -l",
      "-gcflags=fmt=-S",
      "-o", "program", ".",
    ]
    process.currentDirectoryURL = folder
    process.standardError = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: output, encoding: .utf8)
    try #require(process.terminationStatus == 0, "\(text.suffix(2000))")
    return text
  }
}

/// The pointer maps that `-gcflags=-S` prints.
private struct CompilerMaps {
  struct Call {
    /// Bytes from the entry.
    var offset: UInt64
    var text: Substring
    /// The last `PCDATA $1`; before the first, and where it is -1, the one of the entry.
    var map: Int
  }

  struct Function {
    var name: String
    /// Bytes of code.
    var size: UInt64
    var frameBytes = 0
    var arguments: Substring?
    var locals: Substring?
    var calls: [Call] = []
  }

  /// Those whose name is no other's: assembly calls a function through a wrapper of the same name, and the
  /// linker takes away what tells a closure that was inlined from the other (`main.f.func1#023xLtEN9Bw=#`).
  private(set) var functions: [String: Function] = [:]
  private var data: [Substring: [UInt8]] = [:]

  init(_ text: String) {
    var names: Set<String> = []
    var function: Function?
    var map = 0
    var symbol: Substring?
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("\t") else {
        function.map { functions[$0.name] = $0 }
        function = nil
        symbol = nil
        // main.keeps STEXT size=107 align=0x0 args=0x8 locals=0x28 funcid=0x0
        // Of a dupok function the linker may take another package's copy.
        if let mark = line.firstRange(of: " STEXT "),
          let size = line.firstRange(of: " size=").flatMap({
            UInt64(line[$0.upperBound...].prefix { $0 != " " })
          })
        {
          let pieces = line[..<mark.lowerBound].split(separator: "#", omittingEmptySubsequences: false)
          let name = stride(from: 0, to: pieces.count, by: 2).map { pieces[$0] }.joined()
          let isKnown = !names.insert(name).inserted
          if isKnown { functions[name] = nil }
          if isKnown || line[mark.upperBound...].contains("dupok") { continue }
          function = Function(name: name, size: size)
          map = 0
        } else if line.hasPrefix("gclocals·") {
          symbol = line.prefix { $0 != " " }
        }
        continue
      }
      let fields = line.dropFirst().split(separator: "\t")
      if let symbol, fields.count == 1 {
        // `0x0000 03 00 00 00 03 00 00 00 05 01 00   ...........`
        let bytes = fields[0].drop { $0 != " " }.prefix(1 + 16 * 3).split(separator: " ")
        data[symbol, default: []] += bytes.compactMap { UInt8($0, radix: 16) }
      }
      guard fields.count >= 3, let operands = fields.last else { continue }
      switch fields[1] {
      case "TEXT":
        let size = operands.split(separator: "$").last?.split(separator: "-").first
        function?.frameBytes = size.flatMap { Int($0) } ?? 0
      case "FUNCDATA":
        if let name = Self.behind("$0, ", operands) { function?.arguments = name }
        if let name = Self.behind("$1, ", operands) { function?.locals = name }
      case "PCDATA": if let index = Self.behind("$1, $", operands) { map = max(0, Int(index) ?? 0) }
      case "CALL":
        let offset = fields[0].split(separator: " ").first.flatMap { UInt64($0.dropFirst(2), radix: 16) }
        function?.calls.append(Call(offset: offset ?? 0, text: operands, map: map))
      default: break
      }
    }
    function.map { functions[$0.name] = $0 }
  }

  /// `runtime/symtab.go`, `stackmap`: two counts of 32 bits, little-endian, then the maps.
  func bits(_ symbol: Substring?, _ index: Int) -> [Bool]? {
    guard let bytes = symbol.flatMap({ data[$0] }), bytes.count >= 8 else { return nil }
    func count(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let start = 8 + index * ((count(4) + 7) / 8)
    guard index < count(0), start + (count(4) + 7) / 8 <= bytes.count else { return nil }
    return (0..<count(4)).map { bytes[start + $0 / 8] >> UInt8($0 % 8) & 1 != 0 }
  }

  private static func behind(_ prefix: String, _ operands: Substring) -> Substring? {
    guard operands.hasPrefix(prefix) else { return nil }
    return operands.dropFirst(prefix.count).prefix { $0 != "(" }
  }
}
