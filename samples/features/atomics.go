package main

import (
	"sync"
	"sync/atomic"
)

var (
	hits32  int32
	hits64  int64
	word    uint32
	address uintptr
	total   atomic.Int64
	ready   atomic.Bool
	gauge   atomic.Uint32
	current atomic.Pointer[gate]
	shared  gate
	once    sync.Once
)

//go:noinline
func atomicAdd() int64 {
	atomic.AddInt32(&hits32, 1)        // want atomic "LOCK XADDL"
	return atomic.AddInt64(&hits64, 2) // want atomic "LOCK XADDQ"
}

//go:noinline
func atomicCompareAndSwap() bool {
	if atomic.CompareAndSwapInt32(&hits32, 1, 2) { // want atomic "LOCK CMPXCHGL"
		return true
	}
	return atomic.CompareAndSwapInt64(&hits64, 2, 3) // want atomic "LOCK CMPXCHGQ"
}

//go:noinline
func atomicSwap() uintptr {
	journal += int(atomic.SwapUint32(&word, 5)) // want atomic "XCHGL"
	return atomic.SwapUintptr(&address, 6)      // want atomic "XCHGQ"
}

//go:noinline
func atomicStore() {
	atomic.StoreInt32(&hits32, 7) // want atomic[amd64] "XCHGL"; atomic[riscv64] "AMOSWAPW"; atomic[loong64] "AMSWAPDBW"
	atomic.StoreInt64(&hits64, 8) // want atomic[amd64] "XCHGQ"; atomic[riscv64] "AMOSWAPD"; atomic[loong64] "AMSWAPDBV"
}

// atomicLoad holds none: a load is a plain MOV on amd64 and an LDAR on arm64.
//
//go:noinline
func atomicLoad() int64 {
	return atomic.LoadInt64(&hits64) + int64(atomic.LoadInt32(&hits32))
}

//go:noinline
func atomicInLoop(n int) {
	for i := 0; i < n; i++ {
		atomic.AddInt64(&hits64, int64(i)) // want atomic "LOCK XADDQ" inLoop
	}
}

// atomicRetry is the usual loop around a compare-and-swap.
//
//go:noinline
func atomicRetry(limit int64) int64 {
	for {
		old := atomic.LoadInt64(&hits64)
		if old >= limit || atomic.CompareAndSwapInt64(&hits64, old, old+1) { // want atomic "LOCK CMPXCHGQ" inLoop
			return old
		}
	}
}

// atomicAfterLoop has a loop, but the atomic stands behind it.
//
//go:noinline
func atomicAfterLoop(n int) int32 {
	for i := 0; i < n; i++ {
		note("turn")
	}
	return atomic.AddInt32(&hits32, 1) // want atomic "LOCK XADDL"
}

// The methods of the types are inlined: the instruction may stand at a line of type.go.

//go:noinline
func atomicMethods() uint32 {
	total.Add(1)         // want inlined-atomic "LOCK XADDQ"
	ready.Store(true)    // want inlined-atomic[amd64] "XCHGL"; inlined-atomic[riscv64] "AMOSWAPW"; inlined-atomic[loong64] "AMSWAPDBW"
	return gauge.Swap(9) // want inlined-atomic "XCHGL"
}

//go:noinline
func atomicMethodInLoop(n int) {
	for i := 0; i < n; i++ {
		if total.CompareAndSwap(int64(i), 0) { // want inlined-atomic "LOCK CMPXCHGQ" inLoop
			note("swapped")
		}
	}
}

// atomicPointer holds none: a pointer needs the write barrier, so these are calls of sync/atomic.
//
//go:noinline
func atomicPointer(g *gate) *gate {
	current.Store(g)
	current.CompareAndSwap(g, &shared)
	return current.Load()
}

//go:noinline
func atomicMutex() {
	shared.mu.Lock() // want inlined-atomic "LOCK CMPXCHGL"
	shared.count++
	shared.mu.Unlock() // want inlined-atomic "LOCK XADDL"
}

// atomicOnce holds none: Once.Do only loads; its slow path is a call.
//
//go:noinline
func atomicOnce() {
	once.Do(func() { note("once") })
}

func atomics() {
	journal += int(atomicAdd() + atomicLoad() + atomicRetry(100))
	if !atomicCompareAndSwap() {
		note("not swapped")
	}
	journal += int(atomicSwap())
	atomicStore()
	atomicInLoop(3)
	journal += int(atomicAfterLoop(3)) + int(atomicMethods())
	atomicMethodInLoop(3)
	journal += atomicPointer(new(gate)).count
	atomicMutex()
	atomicOnce()
}
