package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

// many starts as many goroutines as its argument says, most of one kind, and writes their dump to standard output and
// the bytes that their stacks take to standard error; with `debug=1` where a second argument is 1. Nothing shrinks a stack meanwhile.
func many() {
	count := 100_000
	if len(os.Args) > 2 {
		count, _ = strconv.Atoi(os.Args[2])
	}
	debug.SetGCPercent(-1)
	var lock sync.Mutex
	lock.Lock()
	jobs, quit := make(chan int), make(chan struct{})
	var begun sync.WaitGroup
	begun.Add(count)
	for i := 0; i < count; i++ {
		go func(i int) {
			begun.Done()
			switch {
			case i%100 == 0:
				sink += descend(60, jobs)
			case i%10 == 1:
				waitFor(&lock)
			case i%10 < 4:
				either(jobs, quit)
			default:
				worker(jobs)
			}
		}(i)
	}
	begun.Wait()
	time.Sleep(time.Second)
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	fmt.Fprintln(os.Stderr, sample[0].Value.Uint64())
	level := 2
	if len(os.Args) > 3 {
		level, _ = strconv.Atoi(os.Args[3])
	}
	if err := pprof.Lookup("goroutine").WriteTo(os.Stdout, level); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

//go:noinline
func worker(jobs chan int) { sink += <-jobs }

//go:noinline
func either(jobs chan int, quit chan struct{}) {
	select {
	case sink = <-jobs:
	case <-quit:
	}
}

//go:noinline
func descend(n int, jobs chan int) int {
	var room [30]int
	if n == 0 {
		return <-jobs
	}
	room[n%30] = n
	return descend(n-1, jobs) + room[(n+1)%30]
}
