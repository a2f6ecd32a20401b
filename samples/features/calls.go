package main

import (
	"sync"
	"sync/atomic"
)

var (
	running  sync.WaitGroup
	finished int64
)

//go:noinline
func worker() {
	atomic.AddInt64(&finished, 1) // want atomic "LOCK XADDQ"
	running.Done()
}

//go:noinline
func workerOf(n int, done *sync.WaitGroup) {
	atomic.AddInt64(&finished, int64(n)) // want atomic "LOCK XADDQ"
	done.Done()
}

//go:noinline
func (g *gate) run() { running.Done() }

type server struct {
	handle func()
	gate   *gate
}

//go:noinline
func goPlain() {
	go worker() // want go main.worker
}

//go:noinline
func goArguments(n int) {
	go workerOf(n, &running) // want go main.workerOf
}

//go:noinline
func goMethod(s *server) {
	go s.gate.run() // want go main.(*gate).run
}

//go:noinline
func goField(s *server) {
	go s.handle() // want go ?
}

//go:noinline
func goClosure() {
	go func() { // want go main.goClosure.func1
		worker()
	}()
}

//go:noinline
func goCapturing(n int, name string) {
	go func() { // want go main.goCapturing.func1
		workerOf(n+len(name), &running)
	}()
}

//go:noinline
func goInLoop(n int) {
	for i := 0; i < n; i++ {
		go worker() // want go main.worker inLoop
	}
}

//go:noinline
func goCapturingInLoop(names []string) {
	for _, name := range names {
		name := name
		go func() { // want go main.goCapturingInLoop.func1 inLoop
			workerOf(len(name), &running)
		}()
	}
}

type shape interface{ area(scale int) int }

type square struct{ side int }

//go:noinline
func (s square) area(scale int) int { return s.side * s.side * scale }

// labelled's area is a wrapper that the compiler writes: a tail jump through the embedded interface.
type labelled struct {
	shape
	label string
}

// nested's leave is one that jumps to (*gate).leave.
type nested struct{ *gate }

//go:noinline
func callWrapper(l leaver) {
	l.leave() // want indirect
}

//go:noinline
func callInterface(s shape) int {
	return s.area(2) // want indirect
}

//go:noinline
func callInterfaceInLoop(shapes []shape) (sum int) {
	for _, s := range shapes {
		sum += s.area(1) // want indirect inLoop
	}
	return sum
}

//go:noinline
func callFuncValue(f func(int) int) int {
	return f(3) + 1 // want indirect
}

//go:noinline
func callField(s *server) {
	s.handle() // want indirect
}

//go:noinline
func callMap(handlers map[string]func(int) int) int {
	if f := handlers["double"]; f != nil {
		return f(4) // want indirect
	}
	return 0
}

func calls() {
	s := &server{handle: worker, gate: new(gate)}
	running.Add(11)
	goPlain()
	goArguments(1)
	goMethod(s)
	goField(s)
	goClosure()
	goCapturing(1, "a")
	goInLoop(2)
	goCapturingInLoop([]string{"a", "b"})
	callField(s)
	running.Wait()

	shapes := []shape{square{2}, &labelled{square{3}, "three"}}
	journal += callInterface(shapes[1]) + callInterfaceInLoop(shapes)
	double := func(n int) int { return 2 * n }
	journal += callFuncValue(double) + callMap(map[string]func(int) int{"double": double})
	callWrapper(&nested{s.gate})
	journal += int(finished)
}
