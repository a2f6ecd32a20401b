// Package rules holds functions that looping-defer names, and some that it does not.
package rules

import "os"

var sum int

//go:noinline
func add(i int) { sum += i }

//go:noinline
func odd(i int) bool { return i&1 == 1 }

//go:noinline
func change(i *int) { *i-- }

// The classic: all files stay open until the function returns.
func overSlice(names []string) error {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close() // want looping-defer warning
	}
	return nil
}

// The limit is a variable.
func toVariable(n int) {
	for i := 0; i < n; i++ {
		defer add(i) // want looping-defer warning
	}
}

// So is the first value.
func fromVariable(n int) {
	for i := n; i < 10; i++ {
		defer add(i) // want looping-defer warning
	}
}

// The inner loop counts to four, the outer one to what is asked for.
func constantInVariable(n int) {
	for k := 0; k < n; k++ {
		for i := 0; i < 4; i++ {
			defer add(k + i) // want looping-defer warning
		}
	}
}

// A constant loop behind the defer bounds nothing.
func constantBehind(n int) {
	for k := 0; k < n; k++ {
		defer add(k) // want looping-defer warning
		for i := 0; i < 4; i++ {
			add(i)
		}
	}
}

// The counter is set back.
func reset() {
	for i := 0; i < 10; i++ {
		defer add(i) // want looping-defer warning
		if odd(i) {
			i = 0
		}
	}
}

// Set back so that it comes in again as it did at first.
func resetToStart() {
	for i := 0; i < 10; i++ {
		defer add(i) // want looping-defer warning
		if odd(i) {
			i = -1
		}
	}
}

// Somebody else changes it.
func addressTaken() {
	for i := 0; i < 10; i++ {
		defer add(i) // want looping-defer warning
		change(&i)
	}
}

// A field of a struct whose address is taken, next to a copy that looks like a spilled counter.
func fieldOfTaken() {
	var pair struct{ a, b int }
	for i := 0; i < 10; i = pair.b + 1 {
		pair.b = i
		changePair(&pair)
		defer add(i) // want looping-defer warning
	}
}

//go:noinline
func changePair(pair *struct{ a, b int }) { pair.b -= pair.a }

// A turn may come back uncounted.
func uncounted() {
	for i := 0; i < 10; {
		defer add(i) // want looping-defer warning
		if odd(i) {
			i++
		}
	}
}

// Ends when it does.
func endless() {
	for {
		defer add(1) // want looping-defer warning
		if odd(sum) {
			return
		}
	}
}

// A constant, but no small one.
func many() {
	for i := 0; i < 5000; i++ {
		defer add(i) // at most 5000 // want looping-defer warning
	}
}
