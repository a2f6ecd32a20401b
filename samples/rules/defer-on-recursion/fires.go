// Package rules holds functions that defer-on-recursion names, and some that it does not.
package rules

import "sync"

type folder struct {
	sync.Mutex
	below []*folder
	size  int
}

// Each level keeps its lock until all below it are done.
func (f *folder) total() int {
	f.Lock()
	defer f.Unlock() // want defer-on-recursion warning
	size := f.size
	for _, each := range f.below {
		size += each.total()
	}
	return size
}

//go:noinline
func open(f *folder) {
	f.Lock()
	defer f.Unlock() // want defer-on-recursion warning
	f.size++
	visit(f)
}

//go:noinline
func visit(f *folder) {
	for _, each := range f.below {
		open(each)
	}
}

func start(f *folder) { visit(f) }
