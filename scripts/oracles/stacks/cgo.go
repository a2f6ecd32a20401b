//go:build cgo

package main

// #include <stdlib.h>
// static int twice(int n) { volatile char room[20000]; room[n] = n; return 2 * room[n]; }
import "C"

func cgoCall() { number2(int(C.twice(C.int(number)))); end() }

func init() {
	bodies = append(bodies, body{name: "cgoCall", kind: "cgo", depends: "-", entry: "main.cgoCall",
		start: func() { go cgoCall() }})
}
