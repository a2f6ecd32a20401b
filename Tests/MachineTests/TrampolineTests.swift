import ByteText
import Testing

@testable import Listing
@testable import Machine

/// Names as riscv64's linker gives them (`nm` of cmd/compile), and some that only look like it.
@Test(arguments: [
  ("runtime.morestack_noctxt.abi0-tramp0", "runtime.morestack_noctxt.abi0"),
  ("sync.(*Pool).pin-tramp12", "sync.(*Pool).pin"), ("runtime.duffzero+1f8-tramp2", "runtime.duffzero"),
  ("main.f+zz-tramp0", "main.f+zz"), ("main.f-tramp", "main.f-tramp"), ("main.tramp0", "main.tramp0"),
  ("-tramp0", "-tramp0"), ("main.f.func1", "main.f.func1"), ("+1-tramp0", "+1"), ("", ""),
  // As a plugin names what it calls within itself.
  ("local.runtime.newproc", "runtime.newproc"), ("local.sync.(*Mutex).Lock", "sync.(*Mutex).Lock"),
  ("local.Run", "local.Run"), ("local.runtime.newproc-tramp1", "runtime.newproc"),
])
func trampolinesStandForWhatTheyLeadTo(symbol: String, target: String) {
  let bytes = Array(symbol.utf8) + Array(repeating: 0x0a, count: textPadding)
  let found = Trampoline.target(bytes.span, 0..<symbol.utf8.count)
  #expect(String(decoding: bytes[found], as: UTF8.self) == target)
}
