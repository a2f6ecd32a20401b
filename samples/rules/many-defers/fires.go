// Package rules holds functions that many-defers names, and some that it does not.
package rules

//go:noinline
func done(i int) {}

// Nine: one more than may be open-coded.
func nine() { // want many-defers note
	defer done(1)
	defer done(2)
	defer done(3)
	defer done(4)
	defer done(5)
	defer done(6)
	defer done(7)
	defer done(8)
	defer done(9)
}
