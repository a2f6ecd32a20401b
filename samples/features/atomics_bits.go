//go:build go1.23

package main

import "sync/atomic"

//go:noinline
func atomicAndOr() {
	atomic.AndUint32(&word, 0xf0)   // want atomic[amd64] "LOCK ANDL"; atomic[arm64] "LDCLRALW"; atomic[loong64] "AMANDDBW"
	atomic.OrUint32(&word, 0x0f)    // want atomic[amd64] "LOCK ORL"; atomic[arm64] "LDORALW"; atomic[loong64] "AMORDBW"
	atomic.AndInt64(&hits64, 0xf0)  // want atomic[amd64] "LOCK ANDQ"; atomic[arm64] "LDCLRALD"; atomic[loong64] "AMANDDBV"
	atomic.OrUintptr(&address, 0xf) // want atomic[amd64] "LOCK ORQ"; atomic[arm64] "LDORALD"; atomic[loong64] "AMORDBV"
}

// atomicOrOld asks for the old value, which amd64 gets with a loop of its own.
//
//go:noinline
func atomicOrOld() uint32 {
	return atomic.OrUint32(&word, 0x100) // want atomic[amd64] "LOCK CMPXCHGL" inLoop; atomic[arm64] "LDORALW"; atomic[loong64] "AMORDBW"
}

func atomicBits() {
	atomicAndOr()
	journal += int(atomicOrOld())
}
