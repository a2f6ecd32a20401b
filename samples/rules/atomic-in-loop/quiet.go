package rules

import (
	"sync"
	"sync/atomic"
)

// Added up first, published once.
func countOnce(values []int64) {
	var sum int64
	for _, v := range values {
		sum += v
	}
	atomic.AddInt64(&total, sum)
}

// A compare-and-swap is tried again whenever another core was faster: there is nothing to add up.
func maximum(v int64) {
	for {
		old := atomic.LoadInt64(&total)
		if v <= old || atomic.CompareAndSwapInt64(&total, old, v) {
			return
		}
	}
}

// A load locks nothing.
func wait() {
	for atomic.LoadInt64(&total) == 0 {
	}
}

// The pair of LDAXR and STLXR that arm64 falls back to is no loop of the program.
func single(v int64) { atomic.AddInt64(&total, v) }

type guarded struct {
	sync.RWMutex
	inner sync.Mutex
	count int
}

// What a mutex executes is sync's, as is what the compiler writes for a method of an embedded one.
func (g *guarded) add(values []int) {
	for _, v := range values {
		g.Lock()
		g.count += v
		g.Unlock()
	}
}

func (g *guarded) drain(wait *sync.WaitGroup, once []sync.Once, values []int) {
	for i := range values {
		g.inner.Lock()
		values[i] += g.count
		g.inner.Unlock()
		g.RLock()
		values[i] -= g.count
		g.RUnlock()
		once[i].Do(wait.Done)
	}
}
