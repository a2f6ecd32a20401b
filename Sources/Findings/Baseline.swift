/// The findings that are accepted. They are kept with the code, in a file that a review can read
/// (``init(_:file:)``, ``text``).
///
/// What the source decides (defers, locks, recursions) holds for every build. The size of a frame is the compiler's,
/// so frames are kept for each build apart, and several builds stand side by side.
public struct Baseline: Sendable {
  /// A build whose frames can be compared with one another.
  public struct Build: Hashable, Comparable, Sendable {
    /// The operating system, as in GOOS; empty where the input does not say.
    public var os: String
    /// The architecture, as in GOARCH.
    public var arch: String
    /// The version of Go without the patch release, `go1.27`: that changes no frame to speak of. Empty where the
    /// input does not say.
    public var go: String
    /// The build tags, sorted and separated by blanks.
    public var tags: String

    /// The build of a row that holds for every build.
    static let any = Build(os: "", arch: "", go: "", tags: [])

    /// Creates a build.
    public init(os: String, arch: String, go: String, tags: [String]) {
      self.os = os
      self.arch = arch
      self.go = Self.withoutPatch(go)
      self.tags = tags.sorted().joined(separator: " ")
    }

    /// Orders builds as they stand in the file.
    public static func < (a: Build, b: Build) -> Bool {
      (a.os, a.arch, a.go, a.tags) < (b.os, b.arch, b.go, b.tags)
    }

    /// The build in words: `linux/amd64 go1.27 -tags=netgo`.
    var words: String {
      let machine = [os, arch].filter { !$0.isEmpty }.joined(separator: "/")
      let tags = tags.isEmpty ? "" : "-tags=" + tags.split(separator: " ").joined(separator: ",")
      return [machine, go, tags].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Returns `go1.27` for `go1.27.3`, and every other version as it is.
    private static func withoutPatch(_ version: String) -> String {
      let parts = version.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return version }
      return "\(parts[0]).\(parts[1])" + parts[2].drop(while: \.isNumber)
    }
  }

  /// Accepted measures by key, and where they were read.
  struct Section: Sendable {
    /// The measures, the largest first.
    var rows: [FindingKey: [Int]] = [:]
    /// The line of each row in the file, from 1; none where it was not read from a file.
    var lines: [FindingKey: Int] = [:]
  }

  /// The rows that hold for every build.
  var common = Section()
  /// The rows of each build. A build without rows has an empty section: its frames were looked at.
  var builds: [Build: Section] = [:]

  /// Creates an empty baseline.
  init() {}

  /// Creates the baseline of one build.
  public init(build: Build, rows: [FindingKey: [Int]]) {
    builds[build] = Section()
    for (key, measures) in rows { add(key, measures, build) }
  }

  /// Adds a row to the section that its rule belongs to.
  mutating func add(_ key: FindingKey, _ measures: [Int], _ build: Build, line: Int? = nil) {
    let sorted = measures.map(key.rule.accepted).sorted(by: >)
    if key.rule.isOfBuild {
      builds[build, default: Section()].rows[key] = sorted
      builds[build]?.lines[key] = line
    } else {
      common.rows[key] = sorted
      common.lines[key] = line
    }
  }

  /// A key, and the build whose section it belongs to.
  struct Slot: Hashable {
    var key: FindingKey
    var build: Build
  }

  /// Returns the accepted measures of a finding on a build.
  func measures(_ slot: Slot) -> [Int]? {
    slot.key.rule.isOfBuild ? builds[slot.build]?.rows[slot.key] : common.rows[slot.key]
  }

  /// Returns the line of a row in the file; 0 where it was not read from a file.
  func line(_ slot: Slot) -> Int {
    (slot.key.rule.isOfBuild ? builds[slot.build]?.lines[slot.key] : common.lines[slot.key]) ?? 0
  }

  /// Returns the sections that some builds are held against; the common one comes with no build.
  func sections(of some: Set<Build>) -> [(build: Build, section: Section)] {
    [(.any, common)] + some.compactMap { build in builds[build].map { (build, $0) } }
  }

  /// Adds what an older baseline accepts and this one, written for one build, says nothing of: the other builds'
  /// frames, and findings in functions that only they have.
  ///
  /// - Parameter isHere: whether this build has a function, by its package and outermost function.
  mutating func keep(from old: Baseline, isHere: (FindingKey) -> Bool) {
    let others = old.builds.filter { builds[$0.key] == nil }
    guard !others.isEmpty else { return }
    builds.merge(others) { own, _ in own }
    for (key, measures) in old.common.rows where common.rows[key] == nil && !isHere(key) {
      common.rows[key] = measures
    }
  }

  /// The number of accepted findings, and that of the frames to compare with, of all builds.
  public var counts: (findings: Int, frames: Int) {
    var (findings, frames) = (0, 0)
    for section in [common] + builds.values {
      for (key, measures) in section.rows {
        if key.rule == .frameGrowth { frames += measures.count } else { findings += measures.count }
      }
    }
    return (findings, frames)
  }
}

extension RuleID {
  /// Whether the measure is the compiler's: a frame's size, or what follows from it.
  var isOfBuild: Bool {
    switch self {
    case .largeFrame, .frameGrowth, .uncertainFrame, .deepStack, .goroutineRegrowth: true
    default: false
    }
  }

  /// Returns what a baseline holds of a measure: of a recursion, which holds for every build, not the bytes.
  func accepted(_ measure: Int) -> Int { self == .unboundedRecursion ? 1 : measure }
}
