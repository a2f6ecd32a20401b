// Crashes ends as its argument says: each way is one that Go programs really end.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unsafe"
)

var ways = map[string]func(){
	"direct":     func() { direct(0) },
	"mutual":     func() { ping(0) },
	"three":      func() { one(0) },
	"interface":  func() { walk(&tree{}) },
	"string":     func() { fmt.Println(loud{"hello"}) },
	"goroutine":  inGoroutine,
	"nilmap":     nilMap,
	"closed":     closedChannel,
	"maprace":    mapRace,
	"deadlock":   deadlock,
	"assertion":  assertion,
	"memory":     outOfMemory,
	"nested":     nested,
	"recovered":  recovered,
	"index":      func() { index(strings.Fields("a b c"), 7) },
	"nilpointer": func() { fmt.Println((*tree)(nil).size()) },
	"inlined":    func() { fmt.Println(outer(3)) },
	"labels":     labels,
	"lockhang":   lockHang,
	"many":       many,
	"badpointer": func() { fmt.Println(hold(3)) },
}

var sink int

func main() {
	if len(os.Args) < 2 || ways[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: crashes WAY [GOROUTINES [LEVEL]]")
		os.Exit(64)
	}
	// A smaller limit than Go's own makes shorter runs, and the same text.
	debug.SetMaxStack(64 << 20)
	ways[os.Args[1]]()
}

//go:noinline
func direct(n int) int {
	var room [10]int
	room[n%10] = n
	return direct(n+1) + room[(n+1)%10]
}

//go:noinline
func ping(n int) int { return pong(n+1) + 1 }

//go:noinline
func pong(n int) int {
	var room [20]int
	room[n%20] = n
	return ping(n+1) + room[(n+1)%20]
}

//go:noinline
func one(n int) int {
	var room [24]int
	room[n%24] = n
	return two(n+1) + room[(n+1)%24]
}

//go:noinline
func two(n int) int { return three(n+1) + 1 }

//go:noinline
func three(n int) int { return one(n+1) + 1 }

// visitor is called through an interface: no text says what it leads to.
type visitor interface{ visit(depth int) int }

type tree struct{ next visitor }

//go:noinline
func (t *tree) visit(depth int) int {
	var v visitor = t
	if t.next != nil {
		v = t.next
	}
	return v.visit(depth+1) + 1
}

func (t *tree) size() int { return t.next.visit(0) }

//go:noinline
func walk(v visitor) { sink = v.visit(0) }

type loud struct{ text string }

// String calls itself: %v of its own receiver asks for it.
func (l loud) String() string { return fmt.Sprintf("%v!", l) }

func inGoroutine() {
	var done sync.WaitGroup
	done.Add(1)
	go func() {
		defer done.Done()
		sink = ping(0)
	}()
	done.Wait()
}

func nilMap() {
	var counts map[string]int
	count(counts, "a")
}

//go:noinline
func count(counts map[string]int, key string) { counts[key]++ }

func closedChannel() {
	results := make(chan int)
	close(results)
	send(results)
}

//go:noinline
func send(results chan int) { results <- 1 }

func mapRace() {
	m := map[int]int{}
	for g := 0; g < 4; g++ {
		go func() {
			for i := 0; ; i++ {
				m[i%64] = i
			}
		}()
	}
	time.Sleep(10 * time.Second)
}

func deadlock() {
	var lock sync.Mutex
	lock.Lock()
	results := make(chan int)
	go func() { results <- waitFor(&lock) }()
	fmt.Println(<-results)
}

//go:noinline
func waitFor(lock *sync.Mutex) int {
	lock.Lock()
	return 1
}

func assertion() { fmt.Println(asString(42)) }

//go:noinline
func asString(v any) string { return v.(string) }

func outOfMemory() {
	all := make([][]byte, 0, 1<<20)
	for {
		all = append(all, grab(1<<40))
	}
}

//go:noinline
func grab(n int) []byte { return make([]byte, n) }

func nested() {
	defer func() {
		panic(fmt.Errorf("while closing: %w", os.ErrClosed))
	}()
	defer func() {
		panic("second")
	}()
	panic("first")
}

func recovered() {
	defer func() {
		r := recover()
		fmt.Fprintln(os.Stderr, "again:", r)
		panic(r)
	}()
	nilMap()
}

//go:noinline
func index(all []string, i int) { fmt.Println(all[i]) }

func outer(n int) int { return middle(n) + 1 }

func middle(n int) int { return inner(n) * 2 }

func inner(n int) int {
	if n > 2 {
		panic(fmt.Sprint("inlined ", n))
	}
	return n
}

func lockHang() {
	var lock sync.Mutex
	lock.Lock()
	for i := 0; i < 30; i++ {
		go waitFor(&lock)
	}
	time.Sleep(50 * time.Millisecond)
	panic("dump")
}

// hold keeps a number where a pointer should be; the runtime sees it when it moves the stack.
//
//go:noinline
func hold(n int) int {
	p := (*int)(unsafe.Pointer(uintptr(n) + 0x120))
	return grow(1000) + *p
}

//go:noinline
func grow(n int) int {
	var room [60]int
	if n == 0 {
		return 0
	}
	room[n%60] = n
	return grow(n-1) + room[(n+1)%60]
}
