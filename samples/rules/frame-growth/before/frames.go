// Package rules as it was when the baseline was written.
package rules

//go:noinline
func fill(b []byte) {
	for i := range b {
		b[i] = byte(i)
	}
}

//go:noinline
func run(f func() byte) byte { return f() }

func grows(i int) byte {
	var buffer [10000]byte
	fill(buffer[:])
	return buffer[i]
}

func growsALittle(i int) byte {
	var buffer [10000]byte
	fill(buffer[:])
	return buffer[i]
}

func shrinks(i int) byte {
	var buffer [30000]byte
	fill(buffer[:])
	return buffer[i]
}

func closures(i int) byte {
	return run(func() byte {
		var buffer [5000]byte
		fill(buffer[:])
		return buffer[i]
	})
}
