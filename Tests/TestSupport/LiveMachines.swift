import Foundation
public import ProgramModel

/// The machines whose programs are built and read live. All eight take minutes: scripts/test asks for two, scripts/programs
/// for the others (`FATHOM_MACHINES`). Saved listings of all eight are read always.
public let liveMachines: [Architecture] = {
  let names = ProcessInfo.processInfo.environment["FATHOM_MACHINES"] ?? "amd64,arm64"
  return names.split(separator: ",").compactMap { Architecture(rawValue: String($0)) }
}()
