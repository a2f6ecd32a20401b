// Package rules holds functions that atomic-outside-sync names, and some that it does not.
package rules

import "sync/atomic"

var counter int64
var typed atomic.Int64

// Of a package that is not on the list.
func increment() {
	atomic.AddInt64(&counter, 1) // want atomic-outside-sync warning
}

func swap() int64 {
	return atomic.SwapInt64(&counter, 7) // want atomic-outside-sync warning
}

// In assembly, whatever the package.
func addAssembly(p *int64, v int64)
