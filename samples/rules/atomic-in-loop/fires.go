// Package rules holds functions that atomic-in-loop names, and some that it does not.
package rules

import "sync/atomic"

var total int64

// Every turn takes the cache line away from all other cores.
func count(values []int64) {
	for _, v := range values {
		atomic.AddInt64(&total, v) // want atomic-in-loop note
	}
}
