package main

import (
	"os"
	"sync"
	"testing"
)

// TestHang runs until `go test -timeout` ends it, where it is asked to.
func TestHang(t *testing.T) {
	if os.Getenv("HANG") == "" {
		t.Skip("HANG is not set")
	}
	var lock sync.Mutex
	lock.Lock()
	waitFor(&lock)
}
