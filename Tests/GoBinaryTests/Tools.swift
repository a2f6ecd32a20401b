import SystemPackage
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The go command that the tests use: FATHOM_GO (scripts/test sets it), else the first on PATH.
/// A test whose tool is missing fails.
func goCommand() throws -> String {
  if let go = unsafe getenv("FATHOM_GO") { return unsafe String(cString: go) }
  let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
  for folder in path.split(separator: ":") where unsafe access("\(folder)/go", X_OK) == 0 {
    return "\(folder)/go"
  }
  throw MissingTool(name: "go")
}

struct MissingTool: Error { var name: String }

/// A fresh folder for the files of a test.
func scratchFolder() throws -> FilePath {
  let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  var template = Array("\(parent)/fathom-test-XXXXXX".utf8CString)
  guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
  return FilePath(platformString: template)
}

/// Runs shell commands, `set -e`, in a folder; throws when one fails.
func shell(_ script: String, in folder: FilePath) throws {
  let file = folder.appending("script.sh")
  try write(Array("set -e\ncd \(folder)\n\(script)".utf8), to: file)
  guard unsafe system("sh \(file) >\(folder)/log 2>&1") == 0 else {
    throw MissingTool(name: String(decoding: try contents(of: folder.appending("log")), as: UTF8.self))
  }
}

func write(_ bytes: [UInt8], to path: FilePath) throws {
  let file = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
  try file.closeAfter { _ = try file.writeAll(bytes) }
}

func contents(of path: FilePath) throws -> [UInt8] {
  let file = try FileDescriptor.open(path, .readOnly)
  return try file.closeAfter {
    let size = Int(try file.stat().size)
    return unsafe try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let rest = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        let read = unsafe try file.read(into: rest)
        if read == 0 { break }
        count += read
      }
    }
  }
}

/// A small Go program with a dependency that is replaced, built for a target.
///
/// - Parameters:
///   - target: `linux/amd64`.
///   - flags: for `go build`.
func buildProgram(_ target: String, flags: String = "", in folder: FilePath) throws -> FilePath {
  let parts = target.split(separator: "/")
  let output = folder.appending("program")
  try shell(
    """
    mkdir -p app dep
    printf 'module example.com/dep\\n' >dep/go.mod
    printf 'package dep\\nfunc F() int { return 1 }\\n' >dep/dep.go
    printf 'module example.com/app\\ngo 1.18\\nrequire example.com/dep v1.2.3\\nreplace example.com/dep => ../dep\\n' >app/go.mod
    printf 'package main\\nimport "example.com/dep"\\nfunc main() { println(dep.F()) }\\n' >app/main.go
    cd app
    export GOOS=\(parts[0]) GOARCH=\(parts[1]) CGO_ENABLED=0 GOTOOLCHAIN=local GOPROXY=off GOFLAGS= GOWORK=off
    export GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/fathom-test-gocache}"
    \(try goCommand()) build -buildvcs=false -tags 'one,two' \(flags) -o \(output) .
    """, in: folder)
  return output
}
