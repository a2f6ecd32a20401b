import Disassembly
import GoBinary
import ProgramModel
import SystemPackage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the tests need and this machine lacks: a failure, never a reason to skip.
struct Missing: Error { var what: String }

/// The environment with the go command that FATHOM_GO names (scripts/test sets it) first on PATH, and
/// a cache folder of the test's own.
func testEnvironment(cache: FilePath? = nil) -> ChildEnvironment {
  var environment = ChildEnvironment.current
  if let go = environment["FATHOM_GO"] {
    environment["PATH"] = "\(FilePath(go).removingLastComponent()):\(environment["PATH"] ?? "")"
  }
  if let cache { environment["XDG_CACHE_HOME"] = cache.string }
  environment["GOCACHE"] = environment["GOCACHE"] ?? "\(environment["TMPDIR"] ?? "/tmp")/fathom-test-gocache"
  environment["GOTOOLCHAIN"] = "local"
  environment["GOPROXY"] = "off"
  environment["GOFLAGS"] = nil
  return environment
}

func scratchFolder() throws -> FilePath {
  let parent = ChildEnvironment.current["TMPDIR"] ?? "/tmp"
  var template = Array("\(parent)/fathom-test-XXXXXX".utf8CString)
  guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
  return FilePath(platformString: template)
}

func write(_ text: String, to path: FilePath, mode: FilePermissions = .ownerReadWrite) throws {
  let file = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate], permissions: mode)
  try file.closeAfter { _ = try file.writeAll(text.utf8) }
}

/// A program for a shell to run.
func script(_ text: String, named name: String, in folder: FilePath) throws {
  try write("#!/bin/sh\n\(text)\n", to: folder.appending(name), mode: [.ownerReadWriteExecute])
}

func makeFolder(_ path: FilePath) throws {
  guard unsafe path.withPlatformString({ unsafe mkdir($0, 0o700) }) == 0 else { throw Errno(rawValue: errno) }
}

/// A module with a program, a library, a second program and a folder without Go.
func module(in folder: FilePath) throws {
  try write("module example.com/app\ngo 1.18\n", to: folder.appending("go.mod"))
  for name in ["cmd", "cmd/one", "cmd/two", "lib", "empty"] { try makeFolder(folder.appending(name)) }
  try write("package lib\n\nfunc F() int { return 1 }\n", to: folder.appending("lib/lib.go"))
  for name in ["one", "two"] {
    try write(
      "package main\n\nimport \"example.com/app/lib\"\n\nfunc main() { defer println(lib.F()) }\n",
      to: folder.appending("cmd/\(name)/main.go"))
  }
}

/// A program that the Go toolchain itself builds here.
func goProgram(_ target: String, in folder: FilePath) async throws -> BinaryFile {
  let parts = target.split(separator: "/").map(String.init)
  var environment = testEnvironment(cache: folder)
  environment["GOOS"] = parts[0]
  environment["GOARCH"] = parts[1]
  environment["CGO_ENABLED"] = "0"
  let code = folder.appending("code")
  try makeFolder(code)
  try module(in: code)
  let program = try await GoBuild(Toolbox(environment: environment), environment: environment)
    .run(packages: [code.appending("cmd/one").string])
  return try BinaryFile(path: #require(program).path)
}

/// All that a descriptor gives.
func readAll(_ descriptor: CInt) throws -> String {
  let file = FileDescriptor(rawValue: descriptor)
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe try buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}

/// Whether a process is there, one that ended but nobody waited for included.
func isRunning(_ pid: CInt) -> Bool { kill(pid, 0) == 0 }

/// Waits until it is true, two seconds at most.
func soon(_ condition: () -> Bool) -> Bool {
  for _ in 0..<400 {
    if condition() { return true }
    usleep(5000)
  }
  return condition()
}
