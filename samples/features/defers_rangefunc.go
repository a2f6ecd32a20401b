//go:build go1.23

package main

import "iter"

//go:noinline
func countdown(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; n > 0; n-- {
			if !yield(n) { // want indirect inLoop
				return
			}
		}
	}
}

//go:noinline
func deferInRangeFunc() {
	for range countdown(3) { // want indirect
		defer note("range") // want defer range looping
	}
}

//go:noinline
func deferInRangeFuncThenReturn() int {
	for n := range countdown(3) { // want indirect
		if n == 2 {
			defer note("two") // want defer range looping
			return n
		}
	}
	return 0
}

//go:noinline
func deferBesideRangeFunc() {
	defer note("outside")         // want defer open
	for n := range countdown(3) { // want indirect
		journal += n
	}
}

func defersRangeFunc() {
	deferInRangeFunc()
	journal += deferInRangeFuncThenReturn()
	deferBesideRangeFunc()
}
