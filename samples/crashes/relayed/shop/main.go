// Shop ends, or goes on, as its argument says; ../make puts what it prints through what carries logs.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"example.com/crashes/relayed/shop/store"
)

var ways = map[string]func(){
	"nilmap":    func() { checkout(&store.Cart{}) },
	"fault":     func() { panic(store.Fault{Items: []string{"tea", "goroutine 9 [running]:", "salt"}}) },
	"generic":   func() { fmt.Println(new(store.Shelf[string]).At(5)) },
	"nilptr":    func() { fmt.Println(new(store.Cart).Total()) },
	"inlined":   func() { fmt.Println(store.Price(7)) },
	"worker":    worker,
	"repanic":   repanic,
	"again":     again,
	"loud":      func() { fmt.Println(&store.Name{Text: "x"}) },
	"cycle30":   func() { f00(0) },
	"deadlock":  deadlock,
	"goexit":    func() { runtime.Goexit() },
	"maprace":   mapRace,
	"unlock":    func() { new(sync.Mutex).Unlock() },
	"threads":   threads,
	"quit":      quit,
	"ancestors": func() { go first(); time.Sleep(time.Minute) },
	"served":    served,
	"logged":    logged,
	"race":      race,
	"kill":      func() { syscall.Kill(os.Getpid(), syscall.SIGSEGV); time.Sleep(time.Minute) },
	"waits":     waits,
}

func main() {
	if len(os.Args) < 2 || ways[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: shop WAY")
		os.Exit(64)
	}
	debug.SetMaxStack(16 << 20)
	ways[os.Args[1]]()
}

//go:noinline
func checkout(cart *store.Cart) { cart.Add("tea", 2) }

func worker() {
	var group sync.WaitGroup
	group.Add(1)
	go serve(&group, make(chan *store.Cart, 1))
	group.Wait()
}

//go:noinline
func serve(group *sync.WaitGroup, carts chan *store.Cart) {
	defer group.Done()
	carts <- &store.Cart{}
	checkout(<-carts)
}

func repanic() {
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	checkout(&store.Cart{})
}

func again() {
	defer func() { panic(fmt.Errorf("while closing: %v", recover())) }()
	checkout(&store.Cart{})
}

func deadlock() {
	var lock sync.Mutex
	lock.Lock()
	results := make(chan int)
	go func() { lock.Lock(); results <- 1 }()
	fmt.Println(<-results)
}

func mapRace() {
	m := map[int]int{}
	for range make([]int, 4) {
		go fill(m)
	}
	time.Sleep(10 * time.Second)
}

//go:noinline
func fill(m map[int]int) {
	for i := 0; ; i++ {
		m[i%64] = i
	}
}

// threads needs one thread more than it may have: the runtime throws on its own stack.
func threads() {
	debug.SetMaxThreads(8)
	for range make([]int, 20) {
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

//go:noinline
func first() { go second(); time.Sleep(time.Minute) }

//go:noinline
func second() { panic("deep") }

func handle(http.ResponseWriter, *http.Request) { checkout(&store.Cart{}) }

func served() {
	server := httptest.NewServer(http.HandlerFunc(handle))
	defer server.Close()
	http.Get(server.URL)
}

func logged() {
	defer func() { log.Printf("panic serving order %d: %v\n%s", 17, recover(), debug.Stack()) }()
	checkout(&store.Cart{})
}

func race() {
	cart := &store.Cart{Lines: map[string]int{}}
	var group sync.WaitGroup
	for range make([]int, 2) {
		group.Add(1)
		go func() {
			defer group.Done()
			cart.Next = cart
		}()
	}
	group.Wait()
}

// waits is for debuggers: goroutines in a few states, and main in a call.
func waits() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range make([]int, 3) {
		go listen(ctx)
	}
	time.Sleep(50 * time.Millisecond)
	stop(41)
	time.Sleep(time.Minute)
}

//go:noinline
func listen(ctx context.Context) { <-ctx.Done() }

//go:noinline
func stop(n int) { runtime.Breakpoint() }
