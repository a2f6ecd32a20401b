import Foundation
import ProgramModel
import TestSupport
import Testing

@testable import Scan

/// Functions that are made to take the square of their length, or worse. The clocks are wide: a slow machine that does
/// much else is not what they are to find.
@Suite("Functions that are made to take long") struct LongFunctionTests {
  /// A listing of one function of amd64, as GNU's objdump prints it, an instruction every eight bytes.
  private func listing(_ count: Int, _ instruction: (Int) -> String) -> [UInt8] {
    var text =
      "\nx:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n0000000000400000 <main.f>:\n"
    for i in 0..<count { text += "  \(hex(i)):\t\(instruction(i))\n" }
    return Array(text.utf8)
  }

  /// The address of an instruction.
  private func hex(_ i: Int) -> String { String(0x400000 + 8 * i, radix: 16) }

  private func seconds(_ bytes: [UInt8], _ check: (Program) -> Void = { _ in }) async throws -> Double {
    let start = ContinuousClock.now
    check(try await program(of: bytes))
    return Double((ContinuousClock.now - start).components.seconds)
  }

  private let limit: Double = 30

  /// A mutex each, locked and unlocked, with a way out between.
  @Test(arguments: [1, 8]) func mutexes(distance: Int) async throws {
    let count = 4_000
    let bytes = listing(7 * count + 1) { i in
      let k = i / 7
      if i == 7 * count { return "ret" }
      return switch i % 7 {
      case 0: "lea    \(String(format: "0x%x", k * distance + 8))(%rbx),%rax"
      case 1: "call   500000 <sync.(*Mutex).Lock>"
      case 2: "test   %rcx,%rcx"
      case 3: "jne    \(hex(7 * count)) <main.f+0x1>"
      case 4: "call   500100 <main.g>"
      case 5: "lea    \(String(format: "0x%x", k * distance + 8))(%rbx),%rax"
      default: "call   500200 <sync.(*Mutex).Unlock>"
      }
    }
    let time = try await seconds(bytes) { found in
      // Followed to the end or not, and said.
      #expect(found.functions[0].lockUse.locks)
      #expect(found.diagnostics.unfollowedLocks > 0 || !found.functions[0].lockLeaks.isEmpty)
    }
    #expect(time < limit, "\(time) s")
  }

  /// One mutex, locked again and again, with returns of their own.
  @Test func oneMutexAndManyReturns() async throws {
    let count = 4_000
    let bytes = listing(6 * count + 1) { i in
      if i == 6 * count { return "ret" }
      return switch i % 6 {
      case 0: "lea    0x8(%rbx),%rax"
      case 1: "call   500000 <sync.(*Mutex).Lock>"
      case 2: "jne    \(hex(i + 2)) <main.f+0x1>"
      case 3: "ret"
      case 4: "lea    0x8(%rbx),%rax"
      default: "call   500200 <sync.(*Mutex).Unlock>"
      }
    }
    let time = try await seconds(bytes)
    #expect(time < limit, "\(time) s")
  }

  /// Branches from everywhere to everywhere, with slots, a mutex and a defer in a loop among them: no loop of it is plain.
  @Test(arguments: [1_900, 20_000]) func irreducibleGraphs(count: Int) async throws {
    var random = Seeded(state: 11)
    let bytes = listing(count) { i in
      switch i {
      case 0: "sub    $0x8000,%rsp"
      case count - 1: "ret"
      case _ where i % 97 == 5: "call   441820 <runtime.deferproc>"
      case _ where i % 131 == 7: "call   500000 <sync.(*Mutex).Lock>"
      case _ where i % 131 == 9: "call   500200 <sync.(*Mutex).Unlock>"
      case _ where i % 3 == 0:
        "jne    \(hex(Int.random(in: 1..<count, using: &random))) <main.f+0x1>"
      case _ where i % 3 == 1: "mov    %rcx,\(String(format: "0x%x", i % 500 * 8))(%rsp)"
      default: "cmp    $0xa,%rcx"
      }
    }
    let time = try await seconds(bytes)
    #expect(time < limit, "\(time) s")
  }

  /// All branches lead to one place, behind which a pointer is called again and again.
  @Test func waysThatAllMeet() async throws {
    let count = 20_000
    let bytes = listing(2 * count + 2) { i in
      if i < count { return "jne    \(hex(count)) <main.f+0x1>" }
      return i == 2 * count + 1 ? "ret" : i % 2 == 0 ? "call   *%rcx" : "call   441820 <runtime.newproc>"
    }
    let time = try await seconds(bytes)
    #expect(time < limit, "\(time) s")
  }

  /// Bytes that are zeroed at the entry of a function that runs defers: each may be the one that counts them.
  @Test func manyBytesThatMayCountDefers() async throws {
    let count = 30_000
    let bytes = listing(2 * count + 2) { i in
      if i == 2 * count { return "call   441820 <runtime.deferreturn>" }
      if i == 2 * count + 1 { return "ret" }
      let slot = String(format: "0x%x", i % count)
      return i < count ? "movb   $0x0,\(slot)(%rsp)" : "movb   $0x1,\(slot)(%rsp)"
    }
    let time = try await seconds(bytes)
    #expect(time < limit, "\(time) s")
  }

  /// Values that come together one behind the other as often as there are branches.
  @Test func valuesThatMeetAgainAndAgain() async throws {
    let count = 6_000
    let bytes = listing(3 * count + 6) { i in
      switch i {
      case 0: return "lea    0x8(%rbx),%rax"
      case 1: return "call   500000 <sync.(*Mutex).Lock>"
      case 2: return "jne    \(hex(3 * count + 5)) <main.f+0x1>"
      case 3 * count + 3: return "lea    0x8(%rbx),%rax"
      case 3 * count + 4: return "call   500200 <sync.(*Mutex).Unlock>"
      case 3 * count + 5: return "ret"
      default: break
      }
      return switch i % 3 {
      case 0: "je     \(hex(i + 2)) <main.f+0x1>"
      case 1: "mov    (%rdx),%rcx"
      default: "test   %rcx,%rcx"
      }
    }
    let time = try await seconds(bytes)
    #expect(time < limit, "\(time) s")
  }
}
