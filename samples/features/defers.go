package main

import (
	"errors"
	"sync"
)

var errOdd = errors.New("odd")

type gate struct {
	mu    sync.Mutex
	count int
}

//go:noinline
func (g *gate) leave() { g.count-- }

type leaver interface{ leave() }

// In a loop: the record of each turn goes to the heap, and the chain grows.

//go:noinline
func deferInLoop(names []string) {
	for _, name := range names {
		defer note(name) // want defer heap looping
	}
}

//go:noinline
func deferInNestedLoops(rows [][]string) {
	for _, row := range rows {
		defer note("row") // want defer heap looping
		for _, name := range row {
			defer note(name) // want defer heap looping
		}
	}
}

//go:noinline
func deferInLoopSometimes(names []string) {
	for _, name := range names {
		if len(name) > 1 {
			defer note(name) // want defer heap looping
		}
	}
}

//go:noinline
func deferInGotoLoop(n int) {
again:
	defer note("again") // want defer heap looping
	n--
	if n > 0 {
		goto again
	}
}

//go:noinline
func deferInJumpTable(codes []int) int {
	for i, code := range codes {
		switch code {
		case 0:
			defer note("zero") // want defer heap looping
		case 1:
			note("one")
		case 2:
			journal += i
		case 3:
			defer note("three") // want defer heap looping
			note("3")
		case 4:
			journal -= i
		case 5:
			journal ^= i
		case 6:
			note("six")
		case 7:
			note("seven")
			continue
		case 8:
			defer note("eight") // want defer heap needless
			return i
		case 9:
			note("nine")
		}
		journal++
	}
	return -1
}

// Heap defers that lie in no loop of the machine code: the compiler goes by the source's look.

//go:noinline
func deferThenReturnInLoop(names []string) {
	for {
		note("turn")
		if len(names) < 2 {
			defer note("last") // want defer heap needless
			return
		}
		names = names[1:]
	}
}

//go:noinline
func deferThenBreak() {
	for {
		defer note("once") // want defer heap needless
		break
	}
	note("after")
}

//go:noinline
func deferAfterGotoLoop(n int) {
retry:
	note("try")
	if n--; n > 0 {
		goto retry
	}
	defer note("done") // want defer heap needless
	note("work")
}

//go:noinline
func deferInClosureInLoop(names []string) {
	for _, name := range names {
		func() {
			defer note("closure") // want defer open
			note(name)
		}()
	}
}

// Open-coded: the calls stand at the function's exits; that of a closure or a method value goes
// through its slot in the frame.

//go:noinline
func deferBeforeLoop(names []string) {
	defer note("end") // want defer open
	for _, name := range names {
		note(name)
	}
}

//go:noinline
func deferUnlock(g *gate) int {
	g.mu.Lock()         // want inlined-atomic "LOCK CMPXCHGL"
	defer g.mu.Unlock() // want defer open; runs internal/sync.(*Mutex).unlockSlow; runs[386] internal/sync.(*Mutex).Unlock; runs[arm] internal/sync.(*Mutex).Unlock; inlined-atomic[go1.24] "LOCK XADDL"
	g.count++
	return g.count // want indirect
}

//go:noinline
func deferIf(names []string) {
	if len(names) > 2 {
		defer note("many") // want defer open
	}
	note("body")
	if len(names) > 1 {
		defer note("some") // want defer open
	}
	note("body")
}

//go:noinline
func deferMethodValue(g *gate) {
	leave := g.leave
	defer leave() // want defer open; runs main.(*gate).leave-fm
	note("method value")
} // want indirect

//go:noinline
func deferInterfaceMethod(l leaver) {
	defer l.leave() // want defer open; runs ?; indirect
	note("interface")
} // want indirect

//go:noinline
func deferRecover(n int) (err error) {
	defer func() { // want defer open; runs main.deferRecover.func1
		if r := recover(); r != nil {
			err = errOdd
		}
	}()
	if n%2 == 1 {
		panic("odd")
	}
	return nil // want indirect
}

//go:noinline
func deferBoolResults(names []string) (found, last bool) {
	defer func() { // want defer open; runs main.deferBoolResults.func1
		last = found && len(names) == 1
	}()
	for _, name := range names {
		note(name)
		found = name == "b"
	}
	return found, false // want indirect
}

//go:noinline
func deferGeneric[T any](values []T, each func(T)) {
	defer note("generic") // want defer open
	for _, v := range values {
		each(v) // want indirect inLoop
	}
}

//go:noinline
func deferEight() {
	defer note("1") // want defer open
	note("a")
	defer note("2") // want defer open
	note("b")
	defer note("3") // want defer open
	note("c")
	defer note("4") // want defer open
	note("d")
	defer note("5") // want defer open
	note("e")
	defer note("6") // want defer open
	note("f")
	defer note("7") // want defer open
	note("g")
	defer note("8") // want defer open
	note("h")
}

//go:noinline
func deferBackToBack() {
	defer note("1") // want defer open
	defer note("2") // want defer open
	defer note("3") // want defer open
	note("body")
}

// On the stack: once, but too many for open coding, or with results that escape.

//go:noinline
func deferNine() {
	defer note("1") // want defer stack
	defer note("2") // want defer stack
	defer note("3") // want defer stack
	defer note("4") // want defer stack
	defer note("5") // want defer stack
	defer note("6") // want defer stack
	defer note("7") // want defer stack
	defer note("8") // want defer stack
	defer note("9") // want defer stack
}

//go:noinline
func deferManyReturns(n int) int {
	defer note("1") // want defer stack
	defer note("2") // want defer stack
	defer note("3") // want defer stack
	defer note("4") // want defer stack
	if n == 1 {
		return 10
	}
	if n == 2 {
		note("two")
		return 20
	}
	if n == 3 {
		note("three")
		return 30
	}
	return 40
}

var leaked *int

//go:noinline
func deferEscapingResult(n int) (result int) {
	leaked = &result
	defer note("escaped") // want defer stack
	result = n
	return result
}

//go:noinline
func deferBesideLoopingOne(names []string) {
	defer note("first") // want defer stack
	for _, name := range names {
		defer note(name) // want defer heap looping
	}
}

// Beside frames of the sizes that decoders trip over.

//go:noinline
func deferIn128ByteFrame(n byte) byte {
	var buf [80]byte
	defer note("128") // want defer open
	fill(buf[:], n)
	return buf[n]
}

//go:noinline
func deferInHugeFrame(n byte) byte {
	var buf [8 << 10]byte
	defer note("huge") // want defer open
	fill(buf[:], n)
	return buf[n]
}

func defers() {
	names := []string{"a", "b", "ccc"}
	g := new(gate)
	deferInLoop(names)
	deferInNestedLoops([][]string{names, names})
	deferInLoopSometimes(names)
	deferInGotoLoop(3)
	journal += deferInJumpTable([]int{0, 1, 2, 3, 4, 5, 6, 7, 9, 8})
	deferThenReturnInLoop(names)
	deferThenBreak()
	deferAfterGotoLoop(3)
	deferInClosureInLoop(names)
	deferBeforeLoop(names)
	journal += deferUnlock(g)
	deferIf(names)
	deferMethodValue(g)
	deferInterfaceMethod(g)
	if deferRecover(2) != nil || deferRecover(3) != errOdd {
		panic("deferRecover")
	}
	if found, last := deferBoolResults(names); found || last {
		panic("deferBoolResults")
	}
	deferGeneric(names, note)
	deferGeneric([]int{1, 2}, func(n int) { journal += n })
	deferEight()
	deferBackToBack()
	deferNine()
	journal += deferManyReturns(4) + deferEscapingResult(5) + *leaked
	deferBesideLoopingOne(names)
	journal += int(deferIn128ByteFrame(7)) + int(deferInHugeFrame(7))
}
