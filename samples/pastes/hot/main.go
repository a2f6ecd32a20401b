package main

import (
	"os"
	"runtime/pprof"
	"sync/atomic"
)

var hits int64

//go:noinline
func hot(n int) int {
	s := 0
	var big [64]int
	for i := 0; i < n; i++ {
		big[i&63] += i
		s += big[(i*7)&63]
		atomic.AddInt64(&hits, 1)
	}
	return s
}

//go:noinline
func cleanup() { hits++ }

//go:noinline
func run(n int) int {
	defer cleanup()
	return hot(n)
}

func main() {
	f, _ := os.Create("cpu.pb")
	pprof.StartCPUProfile(f)
	t := 0
	for i := 0; i < 60; i++ {
		t += run(3000000)
	}
	pprof.StopCPUProfile()
	f.Close()
	println(t)
}
