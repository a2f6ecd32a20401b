import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// Every condition that Go compiles a branch for, between a defer and its call: whatever mnemonic it becomes, the frame,
/// the defer and what it leads to are the same.
@Suite("Conditions") struct ConditionTests {
  private static let operators = ["==", "!=", "<", "<=", ">", ">="]
  private static let types = [
    "int8", "int", "int64", "uint8", "uint", "uint64", "float32", "float64", "*byte", "string",
  ]

  /// A function for each type and operator.
  private static func source() -> (text: String, functions: [String]) {
    var text = "package main\n\n//go:noinline\nfunc g() {}\n\n//go:noinline\nfunc h() {}\n"
    var functions: [String] = []
    for (t, type) in types.enumerated() {
      for (o, sign) in operators.enumerated() where !type.hasPrefix("*") || o < 2 {
        let name = "f\(t)\(o)"
        let value = type == "*byte" ? "nil" : type == "string" ? "\"b\"" : "10"
        text += """

          //go:noinline
          func \(name)(n \(type), fn func()) {
          \th()
          \tdefer g()
          \tif n \(sign) \(value) {
          \t\tfn()
          \t}
          }

          """
        functions.append("main.\(name)")
      }
    }
    text += "\nfunc main() {\n"
    for name in functions {
      let type = types[Int(String(name.dropFirst(6).first!))!]
      text += "\t\(name.dropFirst(5))(\(type == "*byte" ? "nil" : type == "string" ? "\"a\"" : "1"), h)\n"
    }
    return (text + "}\n", functions)
  }

  @Test(arguments: liveMachines) func changeNothing(arch: Architecture) async throws {
    let (text, functions) = Self.source()
    let files = ["go.mod": "module example.com/conditions\n\ngo 1.21\n", "main.go": text]
    try await withGoProgram(files, arch) { path in
      for disassembler in arch.disassemblers {
        var options = ScanOptions()
        options.disassembler = disassembler
        let program = try await program(path, options)
        let facts = Facts(program)
        for name in functions {
          let function = try #require(program.functions.first { facts.name($0.name) == name })
          let sites = function.deferSites.map { "\($0.kind) \(facts.name($0.target))" }
          #expect(sites == ["open main.g"], "\(disassembler): \(name), \(sites)")
          #expect(function.frame.uncertain == nil)
        }
      }
    }
  }
}
