// Package store fails in the ways that shop asks for.
package store

import (
	"fmt"
	"strings"
)

// Cart holds what a customer took.
type Cart struct {
	Lines map[string]int
	Next  *Cart
}

//go:noinline
func (c *Cart) Add(name string, n int) { c.Lines[name] += n }

//go:noinline
func (c *Cart) Total() int { return c.Next.count() + 1 }

//go:noinline
func (c *Cart) count() int { return len(c.Lines) }

// Fault is an error of several lines.
type Fault struct{ Items []string }

func (f Fault) Error() string { return "cannot check out:\n  " + strings.Join(f.Items, "\n  ") }

// Shelf is generic: its methods' names have [...] in them.
type Shelf[T any] struct{ things []T }

//go:noinline
func (s *Shelf[T]) At(i int) T { return s.things[i] }

// Name prints itself with %v: its String never ends.
type Name struct{ Text string }

func (n *Name) String() string { return fmt.Sprintf("<%v>", n) }

//go:noinline
func Price(n int) int { return tax(n) + 1 }

func tax(n int) int { return rate(n) * 2 }

func rate(n int) int {
	if n > 2 {
		panic(fmt.Sprintf("no rate for %d", n))
	}
	return n
}
