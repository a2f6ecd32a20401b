// Package rules holds functions that forbidden-call names, and some that it does not.
package rules

//go:noinline
func lockLegacy() int { return 1 }

//go:noinline
func lockModern() int { return 2 }

func calls() int {
	return lockLegacy() + 1 // want forbidden-call warning
}

func starts() {
	go lockLegacy() // want forbidden-call warning
}
