/// A way out of a function that keeps a mutex which it has locked, while another way out unlocks it.
///
/// Only what the code proves is one: that both operations are on the same mutex, that it is locked on every way to
/// the branch that decides, and that none of the function's callees and closures unlocks what it has not locked.
public struct LockLeak: Hashable, Sendable {
  /// A place that ``LockLeak`` names.
  public struct Place: Hashable, Sendable {
    /// The instruction.
    public var address: UInt64
    /// Its line in the function's own source, whatever was inlined there; nil when the listing has none.
    public var location: SourceLocation?

    /// A place with all that is known of it.
    public init(address: UInt64, location: SourceLocation?) {
      self.address = address
      self.location = location
    }
  }

  /// The call of `sync` that locks, on its slow way where the fast one is inlined.
  public var lock: Place
  /// Whether it is `RLock`: the mutex is held for reading.
  public var isRead: Bool
  /// The return that keeps the lock.
  public var wayOut: Place
  /// An unlock of the same mutex on another way out.
  public var unlock: Place

  /// A leak with all that is known of it.
  public init(lock: Place, isRead: Bool, wayOut: Place, unlock: Place) {
    self.lock = lock
    self.isRead = isRead
    self.wayOut = wayOut
    self.unlock = unlock
  }
}

/// What a function does with the mutexes of package `sync`, as far as its callers need to know.
public struct LockUse: Hashable, Sendable {
  /// It locks one.
  public var locks = false
  /// It unlocks one that it has not locked itself, on some way at least.
  public var releases = false

  /// None.
  public init() {}
}
