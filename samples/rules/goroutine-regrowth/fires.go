// Package rules holds functions that goroutine-regrowth names, and some that it does not.
package rules

var sink byte

//go:noinline
func third(i int) byte {
	var b [6000]byte
	b[i] = 1
	return b[i/2]
}

//go:noinline
func second(i int) byte {
	var b [3000]byte
	b[i] = third(i)
	return b[i/2]
}

// Each level finds the stack full that the one above it has just had made.
//
//go:noinline
func first(i int) {
	var b [1500]byte
	b[i] = second(i)
	sink = b[i/2]
}

func starts(i int) {
	go first(i) // want goroutine-regrowth warning
	go func() { // want goroutine-regrowth warning
		first(i)
	}()
}
