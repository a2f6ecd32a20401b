// swift-tools-version: 6.2
import PackageDescription

/// A fuzzer's targets, one for each entry: `scripts/fuzz` builds and runs them. A package of its own, so that nobody who
/// builds fathom builds these.
let entries = ["Listing", "Evidence", "Records", "Configuration"]

let package = Package(
  name: "fathom-fuzz",
  platforms: [.macOS(.v15)],
  // By a name of its own: the folder of a clone may be called anything.
  dependencies: [.package(name: "fathom", path: "../..")],
  targets: [
    // The same files as the ordinary tests': a symbolic link.
    .target(
      name: "Entries",
      dependencies: ["ProgramModel", "ByteText", "Listing", "Machine", "Scan", "Findings", "Evidence"].map {
        .product(name: $0, package: "fathom")
      })
  ]
    + entries.map {
      // The fuzzer brings the main function.
      .executableTarget(
        name: "Fuzz\($0)", dependencies: ["Entries"], swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    },
  swiftLanguageModes: [.v6]
)
