//go:build go1.23

package rules

import "iter"

// How often the body runs is the iterator's affair.
func overFunction(all iter.Seq[int]) {
	for i := range all {
		defer add(i) // want looping-defer warning
	}
}

// An integer that is no constant.
func overInteger(n int) {
	for i := range n {
		defer add(i) // want looping-defer warning
	}
}

// Each turn has a variable of its own, on the heap: its closure changes it.
func ownVariable() {
	for i := 0; i < 10; i++ {
		defer func() { // want looping-defer warning
			i++
			add(i)
		}()
	}
}
