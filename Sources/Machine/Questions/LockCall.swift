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
  var isSlow: Bool
  /// How many bytes the address that the call receives is above the mutex.
  var offset: Int64

  private init(_ mutex: Mutex, isUnlock: Bool = false, isSlow: Bool = false, offset: Int64 = 0) {
    (self.mutex, self.isUnlock, self.isSlow, self.offset) = (mutex, isUnlock, isSlow, offset)
  }

  /// The functions of package `sync`, without its name.
  private static let all: [(name: StaticString, call: LockCall)] = [
    ("(*Mutex).Lock", LockCall(.plain)),
    ("(*Mutex).lockSlow", LockCall(.plain, isSlow: true)),
    ("(*Mutex).Unlock", LockCall(.plain, isUnlock: true)),
    ("(*Mutex).unlockSlow", LockCall(.plain, isUnlock: true, isSlow: true)),
    ("(*RWMutex).Lock", LockCall(.write)),
    ("(*RWMutex).Unlock", LockCall(.write, isUnlock: true)),
    ("(*RWMutex).RLock", LockCall(.read)),
    // RLock waits on readerSem, which comes after w (8 bytes) and writerSem (4).
    ("runtime_SemacquireRWMutexR", LockCall(.read, isSlow: true, offset: 12)),
    ("(*RWMutex).RUnlock", LockCall(.read, isUnlock: true)),
    ("(*RWMutex).rUnlockSlow", LockCall(.read, isUnlock: true, isSlow: true)),
  ]

  /// Recognizes a call by the symbol that is called, such as `sync.(*Mutex).Lock`; nil for every other
  /// function.
  init?(_ text: borrowing Span<UInt8>, _ symbol: Range<Int>) {
    var start = symbol.lowerBound
    if text.has("internal/", at: start) { start += 9 }
    guard symbol.upperBound - start > 10, text.has("sync.", at: start) else { return nil }
    start += 5
    for (name, call) in Self.all
    where symbol.upperBound - start == name.utf8CodeUnitCount && text.has(name, at: start) {
      self = call
      return
    }
    return nil
  }
}
