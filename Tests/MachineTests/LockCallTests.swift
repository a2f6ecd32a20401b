import ByteText
import Listing
import Testing

@testable import Machine

@Suite("Calls that lock and unlock") struct LockCallTests {
  private func inText<T>(_ name: String, _ body: (borrowing Span<UInt8>, Range<Int>) -> T) -> T {
    let bytes = Array(name.utf8)
    let text = bytes + Array(repeating: 0x0a, count: textPadding)
    return body(text.span, 0..<bytes.count)
  }

  @Test(arguments: [
    ("sync.(*Mutex).Lock", "plain false false 0"), ("sync.(*Mutex).lockSlow", "plain false true 0"),
    ("internal/sync.(*Mutex).lockSlow", "plain false true 0"),
    ("internal/sync.(*Mutex).unlockSlow", "plain true true 0"),
    ("sync.(*RWMutex).Lock", "write false false 0"), ("sync.(*RWMutex).Unlock", "write true false 0"),
    ("sync.(*RWMutex).RLock", "read false false 0"), ("sync.(*RWMutex).rUnlockSlow", "read true true 0"),
    ("sync.runtime_SemacquireRWMutexR", "read false true 12"), ("sync.(*RWMutex).TryLock", "-"),
    ("sync.(*Mutex).LockX", "-"), ("sync.(*Map).Load", "-"), ("sync.runtime_SemacquireRWMutex", "-"),
    ("example.com/sync.(*Mutex).Lock", "-"), ("internal/", "-"), ("", "-"),
  ])
  func kinds(name: String, expected: String) {
    let call = inText(name) { LockCall($0, $1) }
    #expect(call.map { "\($0.mutex) \($0.isUnlock) \($0.isSlow) \($0.offset)" } ?? "-" == expected)
  }

  @Test(arguments: [
    ("main.(*Store).lockIfAlive", true), ("main.lock", true), ("main.(*T).tryAcquire", true),
    ("example.com/lock.(*T).Get", false), ("main.(*Block).read", false), ("main.(*T).readBlock", false),
    ("main.clock", false), ("main.(*T).startLocked", true), ("main.f", false),
  ])
  func names(name: String, expected: Bool) {
    #expect(inText(name) { CallNature.namesLock($0, $1) } == expected)
  }

  @Test(arguments: [
    ("os.Exit", true, false), ("log.Fatalf", true, true), ("testing.(*common).FailNow", true, false),
    ("fmt.Errorf", false, true), ("main.(*T).release", false, false), ("runtime.convTstring", false, true),
  ])
  func natures(name: String, ends: Bool, isHarmless: Bool) {
    let nature = inText(name) { CallNature($0, $1) }
    #expect(nature.ends == ends && nature.isHarmless == isHarmless)
  }

  @Test func values() {
    let argument = Value.entry(0)
    #expect(argument.plus(8).isSame(as: Value.entry(0).plus(8)))
    #expect(!argument.plus(8).mayBe(argument.plus(16)))
    #expect(argument.mayBe(.entry(1)) && argument.mayBe(.global(0x1000)))
    #expect(!Value.global(0x1000).mayBe(.global(0x1008)) && !Value.global(0x1000).mayBe(.stack(-8)))
    #expect(!Value.unknown.isSame(as: .unknown) && Value.unknown.mayBe(argument))
    #expect(Value.defined(399_999, 130).definingLine == 399_999)
    #expect(Value.joined(70_000, 1 << 31 | -8 & 0x7fff_ffff).joiningNode == 70_000)
  }
}
