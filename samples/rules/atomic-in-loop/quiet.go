package rules

import "sync/atomic"

// Added up first, published once.
func countOnce(values []int64) {
	var sum int64
	for _, v := range values {
		sum += v
	}
	atomic.AddInt64(&total, sum)
}

// A load locks nothing.
func wait() {
	for atomic.LoadInt64(&total) == 0 {
	}
}

// The pair of LDAXR and STLXR that arm64 falls back to is no loop of the program.
func single(v int64) { atomic.AddInt64(&total, v) }
