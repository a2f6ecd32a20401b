// swift-tools-version: 6.2
import PackageDescription

/// Every target: no warning passes, unsafe memory is marked where it is touched, `any` is spelled.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Tests are not optimized, whatever is: they run once.
let unoptimized = strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// The modules of the pipeline, lowest first. A module imports only what stands above it here.
let package = Package(
  name: "fathom",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "fathom", targets: ["fathom"]),
    // What Tests/Fuzz attacks: a package of its own sees products alone.
    .library(name: "ProgramModel", targets: ["ProgramModel"]),
    .library(name: "ByteText", targets: ["ByteText"]),
    .library(name: "Listing", targets: ["Listing"]),
    .library(name: "Machine", targets: ["Machine"]),
    .library(name: "Scan", targets: ["Scan"]),
    .library(name: "Findings", targets: ["Findings"]),
    .library(name: "Evidence", targets: ["Evidence"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .target(name: "LibC", swiftSettings: strict),
    .target(name: "ByteText", swiftSettings: strict),
    .target(name: "ProgramModel", dependencies: ["LibC"], swiftSettings: strict),
    .target(name: "Listing", dependencies: ["ByteText", "LibC", "ProgramModel"], swiftSettings: strict),
    // `Code` holds a `Span`.
    .target(
      name: "Machine", dependencies: ["ByteText", "ProgramModel", "Listing"],
      swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
    .target(
      name: "GoBinary",
      dependencies: ["ByteText", "ProgramModel", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict),
    .target(
      name: "Disassembly",
      dependencies: [
        "LibC", "ProgramModel", "GoBinary",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "Scan",
      dependencies: ["LibC", "ByteText", "ProgramModel", "Listing", "Machine", "GoBinary", "Disassembly"],
      swiftSettings: strict),
    .target(
      name: "CallGraph",
      dependencies: ["ProgramModel", .product(name: "HeapModule", package: "swift-collections")],
      swiftSettings: strict),
    .target(
      name: "Findings",
      dependencies: ["ByteText", "ProgramModel", "CallGraph", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Evidence", dependencies: ["LibC", "ByteText", "ProgramModel", "CallGraph"], swiftSettings: strict
    ),
    .target(
      name: "Reporting",
      dependencies: [
        "LibC", "ProgramModel", "CallGraph", "Findings", "Evidence",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "fathom",
      dependencies: [
        "LibC", "ProgramModel", "GoBinary", "Disassembly", "Scan", "CallGraph", "Findings", "Evidence",
        "Reporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["ProgramModel"], path: "Tests/TestSupport",
      swiftSettings: unoptimized),
    .testTarget(
      name: "DisassemblyTests",
      dependencies: [
        "Disassembly", "GoBinary", "ProgramModel", .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: unoptimized),
    .testTarget(
      name: "GoBinaryTests",
      dependencies: [
        "TestSupport", "GoBinary", "ProgramModel", .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: unoptimized),
    .testTarget(
      name: "fathomTests",
      dependencies: [
        "TestSupport",
        "fathom", "ProgramModel", "Reporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Cases", "Goldens"], swiftSettings: unoptimized),
    .testTarget(
      name: "CallGraphTests", dependencies: ["TestSupport", "CallGraph", "ProgramModel", "Scan"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "FindingsTests", dependencies: ["TestSupport", "Findings", "CallGraph", "ProgramModel"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "EvidenceTests", dependencies: ["TestSupport", "Evidence", "CallGraph", "ProgramModel", "Scan"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "AttackTests",
      dependencies: [
        "TestSupport",
        "ByteText", "Scan", "GoBinary", "Listing", "Machine", "Findings", "Evidence", "Reporting",
        "CallGraph", "ProgramModel",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: unoptimized),
    .testTarget(
      name: "ListingTests", dependencies: ["TestSupport", "ByteText", "Listing", "ProgramModel"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "MachineTests", dependencies: ["ByteText", "Machine", "Listing", "ProgramModel"],
      exclude: ["Goldens"],
      swiftSettings: unoptimized),
    .testTarget(
      name: "ScanTests",
      dependencies: [
        "TestSupport",
        "ByteText", "Scan", "Disassembly", "GoBinary", "Listing", "ProgramModel", "CallGraph", "Findings",
        "Reporting",
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: unoptimized),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "TestSupport",
        "Reporting", "Findings", "CallGraph", "ProgramModel",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Goldens"],
      swiftSettings: unoptimized),
  ],
  swiftLanguageModes: [.v6]
)
