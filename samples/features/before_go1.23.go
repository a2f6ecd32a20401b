//go:build !go1.23

package main

// Range over functions and the And and Or of sync/atomic came with Go 1.23.

func defersRangeFunc() {}

func atomicBits() {}
