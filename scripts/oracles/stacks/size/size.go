// Package size reads the size of a goroutine's stack from its g.
package size

// Stack returns the size of the calling goroutine's stack, in bytes.
func Stack() int
