// Package rules holds functions that large-frame names, and some that it does not.
package rules

//go:noinline
func fill(b []byte) {
	for i := range b {
		b[i] = byte(i)
	}
}

// Five kilobytes in the frame: a note.
func noted(i int) byte { // want large-frame note
	var buffer [5000]byte
	fill(buffer[:])
	return buffer[i]
}

// Ten: a warning.
func warned(i int) byte { // want large-frame warning
	var buffer [10000]byte
	fill(buffer[:])
	return buffer[i]
}

type grid struct{ cells [128][128]uint32 }

//go:noinline
func (g grid) at(x, y int) uint32 { return g.cells[x][y] }

// A copy of 64 KiB for a method that takes its receiver by value: an error.
func copied(g *grid, x, y int) uint32 { // want large-frame error
	return g.at(x, y)
}
