/// A return that keeps a mutex which the function has locked, while another return's path unlocks it.
///
/// A leak is reported only where the code proves three things: both operations are on the same mutex, it is
/// locked on every path to the branch that decides, and none of the function's callees and closures unlocks a
/// mutex that it has not locked itself.
public struct LockLeak: Hashable, Sendable {
  /// A place that a ``LockLeak`` names.
  public struct Place: Hashable, Sendable {
    /// The instruction's address.
    public var address: UInt64
    /// Its line in the function's own source, whatever was inlined there; nil when the listing has none.
    public var location: SourceLocation?

    /// Creates a place.
    public init(address: UInt64, location: SourceLocation?) {
      self.address = address
      self.location = location
    }
  }

  /// The call of `sync` that locks. Where the fast path is inlined, it is the call on the slow path.
  public var lock: Place
  /// Whether the lock is an `RLock`: the mutex is held for reading.
  public var isRead: Bool
  /// The return that keeps the lock.
  public var wayOut: Place
  /// An unlock of the same mutex on another path to a return.
  public var unlock: Place
  /// The addresses of the calls on the way out, by which a scan tells whether it is one: a callee may end the program.
  /// Records do not keep them.
  public var calls: [UInt64] = []

  /// Creates a leak.
  public init(lock: Place, isRead: Bool, wayOut: Place, unlock: Place) {
    self.lock = lock
    self.isRead = isRead
    self.wayOut = wayOut
    self.unlock = unlock
  }
}

/// A function's use of the mutexes of package `sync`, as far as its callers need to know it.
public struct LockUse: Hashable, Sendable {
  /// Whether it locks one.
  public var locks = false
  /// Whether it unlocks one that it has not locked itself, on at least one path.
  public var releases = false

  /// Creates the use of a function that neither locks nor unlocks.
  public init() {}
}
