import ArgumentParser
import ProgramModel

/// The value of `--origin`, such as `own,dependency` or `all`.
struct OriginChoice: ExpressibleByArgument {
  let origins: Set<Origin>

  /// Reads origins with commas between them, or `all`; nil where a name is unknown or empty.
  init?(argument: String) {
    if argument == "all" {
      origins = Set(Origin.allCases)
      return
    }
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Origin(rawValue: String($0))
    }
    let known = names.compactMap(\.self)
    guard !known.isEmpty, known.count == names.count else { return nil }
    origins = Set(known)
  }

  static var allValueStrings: [String] { Origin.allCases.map(\.rawValue) + ["all"] }
}
