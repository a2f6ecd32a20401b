package rules

import (
	"sync"
	"sync/atomic"
)

var mutex sync.Mutex
var once sync.Once

// What sync does itself is no atomic of this package, though it is inlined here.
func locked() int64 {
	mutex.Lock()
	defer mutex.Unlock()
	return counter
}

func lockedByHand() {
	mutex.Lock()
	counter++
	mutex.Unlock()
}

func initialize() { once.Do(func() { counter = 1 }) }

// Loads and stores that lock nothing.
func load() int64 { return atomic.LoadInt64(&counter) }
