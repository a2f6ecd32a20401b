// Package paint fills the unused part of a goroutine's stack, and finds how much of it was written since.
package paint

// Stack fills the unused part of the calling goroutine's stack, and returns the stack pointer of its caller.
func Stack() (top uintptr)

// Lowest returns the lowest address of the calling goroutine's stack that was written since Stack.
func Lowest() uintptr
