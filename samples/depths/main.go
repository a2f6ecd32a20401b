// Ways down whose ends are known: each is run, and what the runtime says of it is held against what fathom foretold.
package main

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync/atomic"
)

var started atomic.Int64

// deferAgain defers a closure that calls it again.
//
//go:noinline
func deferAgain(n int) int {
	defer func() {
		if recover() != nil {
			started.Add(1)
		}
		deferAgain(n + 1)
	}()
	return n
}

// lap has a function on its way round that is inlined.
//
//go:noinline
func lap(n int) int {
	var b [200]byte
	b[n%200] = 1
	return back(n+1) + int(b[n%100])
}

//go:noinline
func back(n int) int { return inlined(n+1) + 1 }

func inlined(n int) int { return lap(n+1) + 2 }

//go:noinline
func bottom() {
	started.Add(1)
	select {}
}

//go:noinline
func small(i int) { bottom() }

//go:noinline
func middle(i int) byte {
	var b [1500]byte
	b[i] = 1
	bottom()
	return b[3]
}

//go:noinline
func large(i int) byte {
	var b [3000]byte
	b[i] = 1
	return middle(i) + b[3]
}

//go:noinline
func huge(i int) byte {
	var b [40000]byte
	b[i] = 1
	return large(i) + b[3]
}

func stackBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func main() {
	if len(os.Args) < 2 {
		return
	}
	const count = 1000
	before := stackBytes()
	for i := 0; i < count; i++ {
		i := i
		switch os.Args[1] {
		case "deferAgain":
			deferAgain(1)
		case "lap":
			println(lap(1))
		case "small":
			go func() { small(i) }()
		case "middle":
			go func() { middle(i) }()
		case "large":
			go func() { large(i) }()
		case "huge":
			go func() { huge(i) }()
		}
	}
	for started.Load() < count {
		runtime.Gosched()
	}
	println(strconv.FormatUint((stackBytes()-before)/count, 10))
}
