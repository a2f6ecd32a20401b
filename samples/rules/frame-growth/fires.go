// Package rules holds functions that frame-growth names, and some that it does not: before/ has them as they were.
package rules

//go:noinline
func fill(b []byte) {
	for i := range b {
		b[i] = byte(i)
	}
}

// A half more.
func grows(i int) byte { // want frame-growth warning
	var buffer [15000]byte
	fill(buffer[:])
	return buffer[i]
}
