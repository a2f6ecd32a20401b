package rules

//go:noinline
func run(f func() byte) byte { return f() }

// A fifth more: a new compiler does as much.
func growsALittle(i int) byte {
	var buffer [12000]byte
	fill(buffer[:])
	return buffer[i]
}

func shrinks(i int) byte {
	var buffer [10000]byte
	fill(buffer[:])
	return buffer[i]
}

// One closure more before the other, which has another name now.
func closures(i int) byte {
	first := run(func() byte {
		var buffer [20000]byte
		fill(buffer[:])
		return buffer[i]
	})
	second := run(func() byte {
		var buffer [5000]byte
		fill(buffer[:])
		return buffer[i]
	})
	return first + second
}

// New: there is nothing to compare it with.
func isNew(i int) byte {
	var buffer [20000]byte
	fill(buffer[:])
	return buffer[i]
}
