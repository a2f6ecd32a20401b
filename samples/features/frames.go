package main

//go:noinline
func fill(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}

// frameLeaf calls nothing and stays below 128 bytes: no split check.
//
//go:noinline
func frameLeaf(n int) byte { // want split none; split[386] small; split[arm] small; split[riscv64] small
	var buf [64]byte
	for i := range buf {
		buf[i] = byte(i * n)
	}
	return buf[n&63]
}

//go:noinline
func frameSmall(n byte) byte { // want split small
	var buf [32]byte
	fill(buf[:], n)
	return buf[n&31]
}

// frame128 reserves 128 bytes on amd64 (Go 1.24 and later), for which ADDQ $-0x80 is shorter than
// SUBQ $0x80.
//
//go:noinline
func frame128(n byte) byte { // want split big; split[386] small; split[arm] small
	var buf [96]byte
	fill(buf[:], n)
	return buf[n&63]
}

//go:noinline
func frameBig(n byte) byte { // want split big
	var buf [2 << 10]byte
	fill(buf[:], n)
	return buf[n]
}

//go:noinline
func frameHuge(n byte) byte { // want split huge
	var buf [16 << 10]byte
	fill(buf[:], n)
	return buf[n]
}

//go:noinline
func frameHuger(n byte) byte { // want split huge
	var buf [100 << 10]byte
	fill(buf[:], n)
	return buf[n]
}

//go:noinline
func frameHugeLeaf(n int) byte { // want split huge
	var buf [8 << 10]byte
	for i := range buf {
		buf[i] = byte(i * n)
	}
	return buf[n]
}

//go:nosplit
//go:noinline
func frameNosplit(n int) int { // want split none
	var buf [24]int
	for i := range buf {
		buf[i] = i * n
	}
	return buf[n] + frameNone(n)
}

//go:nosplit
//go:noinline
func frameNone(n int) int { return n + 1 } // want split none

//go:noinline
func frameRecursive(n int) int { // want split big
	var path [40]int
	path[n&31] = n
	if n == 0 {
		return path[0]
	}
	return frameRecursive(n-1) + path[n&31]
}

//go:noinline
func frameEven(n int) bool { // want split small
	return n == 0 || !frameEven2(n-1)
}

//go:noinline
func frameEven2(n int) bool { // want split small
	return n != 0 && !frameEven(n-1)
}

// frameManyResults takes the stack for arguments and results that have no registers left.
//
//go:noinline
func frameManyResults(a [12]int) (x, y, z [3]int) {
	note("many")
	return [3]int(a[:3]), [3]int(a[4:7]), [3]int(a[9:])
}

func frames() {
	journal += int(frameLeaf(3)) + int(frameSmall(3)) + int(frame128(3)) + int(frameBig(3))
	journal += int(frameHuge(3)) + int(frameHuger(3)) + int(frameHugeLeaf(3))
	journal += frameNosplit(3) + frameRecursive(5)
	if frameEven(4) {
		note("even")
	}
	x, y, z := frameManyResults([12]int{1, 2, 3})
	journal += x[0] + y[0] + z[0]
}
