// Package rules holds functions that unbounded-recursion names, and some that it does not.
package rules

type node struct {
	left, right *node
	value       int
}

func sum(n *node) int { // want unbounded-recursion note
	if n == nil {
		return 0
	}
	return n.value + sum(n.left) + sum(n.right)
}

// Two functions that call each other are one cycle, named once: at the one that is called from outside.
//
//go:noinline
func expression(s string) int { // want unbounded-recursion note
	if s == "" {
		return 0
	}
	return factor(s[1:]) + 1
}

//go:noinline
func factor(s string) int {
	if s != "" && s[0] == '(' {
		return expression(s[1:])
	}
	return len(s)
}

func parse(s string) int { return expression(s) }

// deferAgain calls itself from what it defers.
//
//go:noinline
func deferAgain(n int) int { // want unbounded-recursion note
	defer func() {
		deferAgain(n + 1)
	}()
	return n
}

// Instances of one generic function are one source.
//
//go:noinline
func depth[T any](list []T, n int) int { // want unbounded-recursion note
	if len(list) == 0 {
		return n
	}
	return depth(list[1:], n+1) + 1
}

func depths() int { return depth([]int{1}, 0) + depth([]string{""}, 0) }
