// Others says what the runtime and net/http say of a program that goes on, is asked, or fails outside of any goroutine.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

var ways = map[string]func(){
	"served":    served,
	"race":      race,
	"threads":   threads,
	"quit":      quit,
	"ancestors": ancestors,
	"goexit":    func() { runtime.Goexit() },
	"logged":    logged,
}

func main() {
	if len(os.Args) < 2 || ways[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: others WAY")
		os.Exit(64)
	}
	ways[os.Args[1]]()
}

func handle(http.ResponseWriter, *http.Request) {
	var counts map[string]int
	counts["x"]++
}

func served() {
	server := httptest.NewServer(http.HandlerFunc(handle))
	defer server.Close()
	http.Get(server.URL)
}

type box struct{ n int }

//go:noinline
func (b *box) add() { b.n++ }

func race() {
	var b box
	var group sync.WaitGroup
	for i := 0; i < 2; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			b.add()
		}()
	}
	group.Wait()
}

// threads needs one more thread than it may have: the runtime throws on its own stack.
func threads() {
	debug.SetMaxThreads(8)
	for i := 0; i < 20; i++ {
		go func() {
			runtime.LockOSThread()
			syscall.Select(0, nil, nil, nil, &syscall.Timeval{Sec: 60})
		}()
	}
	time.Sleep(time.Minute)
}

func quit() {
	var lock sync.Mutex
	lock.Lock()
	go lock.Lock()
	time.Sleep(50 * time.Millisecond)
	syscall.Kill(os.Getpid(), syscall.SIGQUIT)
	time.Sleep(time.Minute)
}

func ancestors() {
	go first()
	time.Sleep(time.Minute)
}

//go:noinline
func first() { go second(); time.Sleep(time.Minute) }

//go:noinline
func second() { panic("deep") }

// logged recovers as frameworks do: its words, and the stack behind them.
func logged() {
	defer func() {
		fmt.Fprintf(os.Stderr, "E1128 15:10:19.123456       7 runtime.go:78] Observed a panic: %v\n%s\n", recover(), debug.Stack())
	}()
	handle(nil, nil)
}
