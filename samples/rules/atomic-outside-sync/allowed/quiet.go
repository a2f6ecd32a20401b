// Package allowed is on the list.
package allowed

import "sync/atomic"

var counter int64

// Increment is where this module keeps its atomics.
func Increment() { atomic.AddInt64(&counter, 1) }
