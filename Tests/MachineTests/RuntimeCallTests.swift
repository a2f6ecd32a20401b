import ByteText
import Listing
import Testing

@testable import Machine

@Suite("Calls of the runtime") struct RuntimeCallTests {
  private func kind(_ name: String) -> String {
    let bytes = Array(name.utf8)
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    return "\(RuntimeCall(text.span, 0..<bytes.count))"
  }

  @Test(arguments: [
    ("runtime.morestack_noctxt.abi0", "morestack"), ("runtime.morestackc", "morestack"),
    ("runtime.newproc", "newproc"), ("runtime.gopanic", "noReturn"), ("runtime.panicIndex", "noReturn"),
    ("runtime.panicdottypeE", "noReturn"), ("runtime.goPanicSliceB", "noReturn"),
    ("runtime.throw", "noReturn"),
    ("runtime.panicCheck1", "none"), ("runtime.mallocgcTiny", "allocates(words: 3)"),
    ("runtime.newobject", "allocates(words: 1)"), ("runtime.duffcopy", "duff"),
    ("runtime.gcWriteBarrier4", "writeBarrier"), ("main.runtime.newproc", "none"),
    ("runtime", "none"), ("", "none"),
  ])
  func kinds(name: String, expected: String) { #expect(kind(name) == expected) }

  @Test func defers() {
    #expect(kind("runtime.deferproc").contains("heap"))
    #expect(kind("runtime.deferprocStack").contains("stack"))
    #expect(kind("runtime.deferprocat").contains("range)"))
    #expect(kind("runtime.deferrangefunc").contains("rangeParent"))
    #expect(kind("runtime.deferreturn").contains("exit"))
    #expect(kind("runtime.deferprocx") == "none")
  }
}
