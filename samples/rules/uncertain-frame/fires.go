// Package rules holds functions that uncertain-frame names, and some that it does not.
package rules

// Goes to another stack, and pushes there.
func onOtherStack(stack *byte)

// Pushes and pops on its own.
func onOwnStack()
