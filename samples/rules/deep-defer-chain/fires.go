// Package rules holds functions that deep-defer-chain names, and some that it does not.
package rules

var n int

//go:noinline
func done() { n++ }

//go:noinline
func inner() {
	defer done()
	defer done()
	defer done()
	n += 2
}

//go:noinline
func outer() {
	defer done()
	defer done()
	inner()
}

// Serve has one pending while outer has two and inner three.
func Serve() { // want deep-defer-chain warning
	defer done()
	outer()
}
