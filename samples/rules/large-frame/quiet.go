package rules

// Less than a page.
func smallBuffer(i int) byte {
	var buffer [3000]byte
	fill(buffer[:])
	return buffer[i]
}

// On the heap: the frame holds a pointer.
func onTheHeap(i int) byte {
	buffer := make([]byte, 100_000)
	fill(buffer)
	return buffer[i]
}

var table [4]byte

// Runs once, on a stack of its own.
func init() {
	var buffer [20000]byte
	fill(buffer[:])
	copy(table[:], buffer[10:])
}
