package main

// typedef void (*callback)(int);
//
// extern void fromC(int);
//
// static void through(int n) { fromC(n); }
import "C"

// In C's hands Go is called back, and throws there.
func init() { ways["callback"] = func() { C.through(7) } }

//export fromC
func fromC(n C.int) { sink = len(grab(1 << (40 + n - 7))) }
