//go:build go1.23

package rules

func overThree() {
	for i := range 3 {
		defer add(i) // at most 3
	}
}

func threeTimes() {
	for range 3 {
		defer add(1) // at most 3
	}
}

// Each turn has a variable of its own (Go 1.22), and the closure a copy of it.
func ownCopy() {
	for i := 0; i < 10; i++ {
		defer func() { add(i) }() // at most 10
	}
}
