// Command features holds one small function for each thing that fathom tells about a Go binary.
//
// A `// want` comment at the end of a line says what the compiler made of that line;
// samples/README.md has the grammar. The program runs every function and exits with status 0.
package main

import "os"

// journal is what the functions below work on, so that nothing of them is optimised away.
var journal int

//go:noinline
func note(s string) { journal += len(s) }

func main() {
	defers()
	defersRangeFunc()
	atomics()
	atomicBits()
	frames()
	calls()
	if journal == 0 {
		os.Exit(1)
	}
}
