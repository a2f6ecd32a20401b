package rules

//go:noinline
func shallow(i int) byte {
	var b [2000]byte
	b[i] = 1
	return b[i/2]
}

// Twice goes down two ways of 2,000 bytes each, one after the other.
func Twice(i int) byte { return shallow(i) + shallow(i+1) }

//go:noinline
func leaf(i int) byte {
	var b [5000]byte
	b[i] = 1
	return b[i/2]
}

// Middle is exported, too, and Render calls it: that speaks for both.
//
//go:noinline
func Middle(i int) byte {
	var b [4000]byte
	b[i] = leaf(i)
	return b[i/2]
}

// Spawn does not wait: what the goroutine takes is of another stack.
func Spawn(i int) { start(i) }
