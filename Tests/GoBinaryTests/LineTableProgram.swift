import GoBinary
import SystemPackage

/// A program whose functions the tests of the line table know, and what Go itself says of it.
enum LineTableProgram {
  /// `main.where` prints the frames that the runtime sees, `name file:line` each, innermost first.
  private static let source = """
    package main

    import (
    	"fmt"
    	"path/filepath"
    	"runtime"
    )

    //go:noinline
    func where() {
    	callers := make([]uintptr, 10)
    	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
    	for frame, more := frames.Next(); more; frame, more = frames.Next() {
    		fmt.Printf("%s %s:%d\\n", frame.Function, filepath.Base(frame.File), frame.Line)
    	}
    }

    func inner(n int) int {
    	where()
    	return n + 1
    }

    func middle(n int) int {
    	return inner(n) * 2
    }

    //go:noinline
    func outer(n int) int {
    	return middle(n) + middle(n+1)
    }

    //go:noinline
    func fresh() *int { return new(int) }

    //go:noinline
    func consume(a, b int) {}

    //go:noinline
    func keeps(n int) *int {
    	kept := fresh()
    	consume(n, 2)
    	return kept
    }

    //go:noinline
    func defers(n int) {
    	defer consume(1, n)
    	if n > 1 {
    		defer consume(2, n)
    	}
    	defer where()
    }

    //go:noinline
    func loops(n int) {
    	for i := 0; i < n; i++ {
    		defer consume(i, n)
    	}
    }

    func main() {
    	fmt.Println(outer(1), *keeps(2))
    	defers(3)
    	loops(4)
    }

    """

  /// Prints all that `debug/gosym` knows of a binary: a line a function, `entry end name`, and one for
  /// every fourth byte, `address file:line`.
  private static let oracle = """
    package main

    import (
    	"bufio"
    	"debug/elf"
    	"debug/gosym"
    	"fmt"
    	"os"
    )

    func main() {
    	file, _ := elf.Open(os.Args[1])
    	section := file.Section(".gopclntab")
    	if section == nil {
    		section = file.Section(".data.rel.ro.gopclntab")
    	}
    	data, _ := section.Data()
    	table, err := gosym.NewTable(nil, gosym.NewLineTable(data, file.Section(".text").Addr))
    	if err != nil {
    		panic(err)
    	}
    	out := bufio.NewWriter(os.Stdout)
    	defer out.Flush()
    	for i := range table.Funcs {
    		f := &table.Funcs[i]
    		fmt.Fprintf(out, "%x %x %s\\n", f.Entry, f.End, f.Name)
    		for at := f.Entry; at < f.End; at += 4 {
    			file, line, _ := table.PCToLine(at)
    			fmt.Fprintf(out, "%x %s:%d\\n", at, file, line)
    		}
    	}
    }

    """

  private static let environment = """
    export GOTOOLCHAIN=local GOPROXY=off GOFLAGS= GOWORK=off GO111MODULE=on
    export GOCACHE="${GOCACHE:-${TMPDIR:-/tmp}/fathom-test-gocache}"

    """

  /// Builds the program; what the compiler prints goes to `compiler.txt` beside it.
  static func build(
    _ target: String = "linux/amd64", flags: String = "", cgo: Bool = false, in folder: FilePath
  ) throws -> FilePath {
    let parts = target.split(separator: "/")
    try shell("mkdir -p app && printf 'module example.com/app\\ngo 1.18\\n' >app/go.mod", in: folder)
    try write(Array(source.utf8), to: folder.appending("app/main.go"))
    if cgo {
      try write(Array("package main\n\nimport _ \"net\"\n".utf8), to: folder.appending("app/net.go"))
    }
    let go = try goCommand()
    try shell(
      "\(environment)export GOOS=\(parts[0]) GOARCH=\(parts[1]) CGO_ENABLED=\(cgo ? 1 : 0)\ncd app\n"
        + "\(go) build -buildvcs=false \(flags) -o ../program . 2>../compiler.txt || { cat ../compiler.txt; exit 1; }",
      in: folder)
    return folder.appending("program")
  }

  /// The number of a line of the program.
  static func line(of text: String) -> Int32? {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.firstIndex { $0 == text }.map { Int32($0 + 1) }
  }

  /// What `debug/gosym` prints of the program in a folder.
  static func gosym(in folder: FilePath) throws -> [Substring] {
    try shell("mkdir -p oracle && printf 'module example.com/oracle\\ngo 1.18\\n' >oracle/go.mod", in: folder)
    try write(Array(oracle.utf8), to: folder.appending("oracle/main.go"))
    try shell(
      "\(environment)cd oracle\n\(try goCommand()) build -buildvcs=false -o ../gosym .\n"
        + "../gosym ../program >../gosym.txt", in: folder)
    return try lines(of: folder.appending("gosym.txt"))
  }

  /// What the program itself prints.
  static func output(in folder: FilePath) throws -> [Substring] {
    try shell("./program >output.txt", in: folder)
    return try lines(of: folder.appending("output.txt"))
  }

  /// A function's listing by `go tool objdump`.
  static func objdump(_ function: String, in folder: FilePath) throws -> [Substring] {
    try shell(
      "\(environment)\(try goCommand()) tool objdump -s '^\(function)$' program >objdump.txt", in: folder)
    return try lines(of: folder.appending("objdump.txt"))
  }

  /// What `go tool nm` prints: `address type name` a line.
  static func symbols(in folder: FilePath) throws -> [Substring] {
    try shell("\(environment)\(try goCommand()) tool nm program >nm.txt", in: folder)
    return try lines(of: folder.appending("nm.txt"))
  }

  static func lines(of path: FilePath) throws -> [Substring] {
    try String(decoding: contents(of: path), as: UTF8.self).split(separator: "\n")
  }
}

extension LineTable {
  /// The index of the function of this name.
  func index(named name: String) -> Int? { functions.firstIndex { self.name($0).elementsEqual(name.utf8) } }
}
