//go:build go1.23

package main

import "sync/atomic"

//go:noinline
func atomicAndOr() {
	atomic.AndUint32(&word, 0xf0)   // want atomic "LOCK ANDL"
	atomic.OrUint32(&word, 0x0f)    // want atomic "LOCK ORL"
	atomic.AndInt64(&hits64, 0xf0)  // want atomic "LOCK ANDQ"
	atomic.OrUintptr(&address, 0xf) // want atomic "LOCK ORQ"
}

// atomicOrOld asks for the old value, which amd64 gets with a loop of its own.
//
//go:noinline
func atomicOrOld() uint32 {
	return atomic.OrUint32(&word, 0x100) // want atomic[amd64] "LOCK CMPXCHGL" inLoop; atomic[arm64] "LDORALW"
}

func atomicBits() {
	atomicAndOr()
	journal += int(atomicOrOld())
}
