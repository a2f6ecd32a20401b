// Stacks starts many goroutines with the same body, holds them where it ends, and prints how large their stacks
// have become.
//
//	stacks                list the bodies: name, kind, what its depth depends on ("-": nothing), the name of the
//	                      function in which the goroutine starts
//	stacks NAME COUNT     run one body in COUNT goroutines. Prints the bytes that the runtime has for stacks, per
//	                      goroutine, and then for each size how many goroutines have it
//
// Run it with GODEBUG=adaptivestackstart=0,gcshrinkstackoff=1 and GOGC=off: a stack then begins with the least size
// and never shrinks.
package main

import (
	"fmt"
	"math/bits"
	"os"
	"runtime/metrics"
	"strconv"
	"sync"
	"sync/atomic"

	"stacks/size"
)

// A body is what a goroutine does until it holds.
type body struct {
	name, kind string
	// What decides how deep it goes; "-" where nothing in its data does.
	depends string
	// The function in which the goroutine starts.
	entry string
	// Starts one goroutine.
	start func()
	// Where it is not nil, runs before the first goroutine is started.
	prepare func()
	// The most goroutines that make sense; 0 for any number.
	most int
}

var (
	bodies  []body
	arrived sync.WaitGroup
	hold    = make(chan struct{})
	// How many goroutines have a stack of 1 << i bytes.
	sizes [64]atomic.Int64
)

// end notes how large the goroutine's stack has become, and holds it for ever.
//
//go:noinline
func end() {
	note()
	<-hold
}

// note notes how large the goroutine's stack has become.
//
//go:noinline
func note() {
	sizes[bits.Len(uint(size.Stack()))-1].Add(1)
	arrived.Done()
}

func stackBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func main() {
	if len(os.Args) == 1 {
		for _, b := range bodies {
			fmt.Printf("%s\t%s\t%s\t%s\t%d\n", b.name, b.kind, b.depends, b.entry, b.most)
		}
		return
	}
	count, _ := strconv.Atoi(os.Args[2])
	for _, b := range bodies {
		if b.name != os.Args[1] {
			continue
		}
		if b.prepare != nil {
			b.prepare()
		}
		before := stackBytes()
		arrived.Add(count)
		for range make([]struct{}, count) {
			b.start()
		}
		arrived.Wait()
		fmt.Println(int(stackBytes()-before) / count)
		for i := range sizes {
			if n := sizes[i].Load(); n > 0 {
				fmt.Println(1<<i, n)
			}
		}
		return
	}
	os.Exit(1)
}
