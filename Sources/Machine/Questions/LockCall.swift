import ByteText
import Listing

/// A call by which package `sync` locks or unlocks a mutex: a call of the method itself, or of its slow path
/// where the compiler inlined the fast one (Go `sync/mutex.go`, `sync/rwmutex.go`; `internal/sync/mutex.go`
/// since 1.24).
struct LockCall {
  /// The kind of mutex. An operation on one kind never undoes one on another.
  enum Mutex: UInt8, CaseIterable {
    /// `sync.Mutex`.
    case plain
    /// `sync.RWMutex`, for writing.
    case write
    /// `sync.RWMutex`, for reading.
    case read
  }

  var mutex: Mutex
  var isUnlock: Bool
  /// Whether it is the slow path: the fast one is inlined into the caller, which calls only when that fails.
  var isSlow = false
  /// How many bytes the address that the call receives is above the mutex.
  var offset: Int64 = 0

  /// Recognizes a call by the symbol that is called, such as `sync.(*Mutex).Lock`; nil for every other
  /// function.
  init?(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) {
    var start = symbol.lowerBound
    if text.has("internal/", at: start) { start += 9 }
    guard symbol.upperBound - start > 10, text.has("sync.", at: start) else { return nil }
    start += 5
    func names(_ name: StaticString) -> Bool {
      symbol.upperBound - start == name.utf8CodeUnitCount && text.has(name, at: start)
    }
    if names("(*Mutex).Lock") {
      (mutex, isUnlock) = (.plain, false)
    } else if names("(*Mutex).lockSlow") {
      (mutex, isUnlock, isSlow) = (.plain, false, true)
    } else if names("(*Mutex).Unlock") {
      (mutex, isUnlock) = (.plain, true)
    } else if names("(*Mutex).unlockSlow") {
      (mutex, isUnlock, isSlow) = (.plain, true, true)
    } else if names("(*RWMutex).Lock") {
      (mutex, isUnlock) = (.write, false)
    } else if names("(*RWMutex).Unlock") {
      (mutex, isUnlock) = (.write, true)
    } else if names("(*RWMutex).RLock") {
      (mutex, isUnlock) = (.read, false)
    } else if names("runtime_SemacquireRWMutexR") {
      // RLock waits on readerSem, which comes after w (8 bytes) and writerSem (4).
      (mutex, isUnlock, isSlow, offset) = (.read, false, true, 12)
    } else if names("(*RWMutex).RUnlock") {
      (mutex, isUnlock) = (.read, true)
    } else if names("(*RWMutex).rUnlockSlow") {
      (mutex, isUnlock, isSlow) = (.read, true, true)
    } else {
      return nil
    }
  }
}
