// Command lock-without-unlock holds functions that the rule of this name names, and many that it does not.
package main

import (
	"errors"
	"fmt"
	"sync"
)

var errMissing = errors.New("missing")

type store struct {
	name  string
	mu    sync.Mutex
	rw    sync.RWMutex
	items map[string]int
	next  *store
	shard [4]shard
}

type shard struct {
	sync.Mutex
	count int
}

// The classic one.
func (s *store) earlyReturn(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

// The error comes from a call that is made under the lock.
func (s *store) failingCall(key string) error {
	s.mu.Lock()
	if err := s.check(key); err != nil {
		return fmt.Errorf("%s: %w", key, err) // want lock-without-unlock warning
	}
	s.mu.Unlock()
	return nil
}

//go:noinline
func (s *store) check(key string) error {
	if len(key) > len(s.items) {
		return errMissing
	}
	return nil
}

// One early return unlocks, the other one was forgotten.
func (s *store) oneOfTwo(key string, value int) error {
	s.mu.Lock()
	old, ok := s.items[key]
	if !ok {
		s.mu.Unlock()
		return errMissing
	}
	if old > value {
		return fmt.Errorf("%d is more than %d", old, value) // want lock-without-unlock warning
	}
	s.items[key] = value
	s.mu.Unlock()
	return nil
}

// For reading.
func (s *store) forReading(key string) (int, error) {
	s.rw.RLock()
	value, ok := s.items[key]
	if !ok {
		return 0, errMissing // want lock-without-unlock warning
	}
	s.rw.RUnlock()
	return value, nil
}

// For writing.
func (s *store) forWriting(key string) error {
	s.rw.Lock()
	if s.items == nil {
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.rw.Unlock()
	return nil
}

// No result.
func (s *store) withoutResult(key string) {
	s.mu.Lock()
	if s.items == nil {
		return // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
}

// A case that forgets.
func (s *store) forgettingCase(key string, kind int) error {
	s.mu.Lock()
	switch kind {
	case 1:
		s.items[key]++
		s.mu.Unlock()
	case 2:
		delete(s.items, key)
		s.mu.Unlock()
	case 3:
		return errMissing // want lock-without-unlock warning
	default:
		s.items[key]--
		s.mu.Unlock()
	}
	return nil
}

// Out of a loop.
func (s *store) fromLoop(keys []string) error {
	s.mu.Lock()
	for _, key := range keys {
		if s.items[key] == 0 {
			return errMissing // want lock-without-unlock warning
		}
		s.items[key]--
	}
	s.mu.Unlock()
	return nil
}

// Locked and unlocked in each turn, but for one.
func (s *store) inEachTurn(keys []string) error {
	for _, key := range keys {
		s.mu.Lock()
		if s.items[key] == 0 {
			return errMissing // want lock-without-unlock warning
		}
		s.items[key]--
		s.mu.Unlock()
	}
	return nil
}

// The second of two mutexes; the first one is unlocked on all ways.
func (s *store) secondOfTwo(key string) error {
	s.rw.Lock()
	s.mu.Lock()
	if s.items[key] == 0 {
		s.rw.Unlock()
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
	s.rw.Unlock()
	return nil
}

var (
	tableMu sync.Mutex
	table   = map[string]int{}
)

// A global.
func globalMutex(key string) error {
	tableMu.Lock()
	if table[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	table[key]++
	tableMu.Unlock()
	return nil
}

// An argument.
func pointerMutex(mu *sync.Mutex, m map[string]int, key string) error {
	mu.Lock()
	if m[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	m[key]++
	mu.Unlock()
	return nil
}

// Embedded, in an element of an array.
func (s *store) embedded(i int) error {
	shard := &s.shard[i&3]
	shard.Lock()
	if shard.count == 0 {
		return errMissing // want lock-without-unlock warning
	}
	shard.count--
	shard.Unlock()
	return nil
}

// In a closure.
func (s *store) inClosure(key string) func() error {
	return func() error {
		s.mu.Lock()
		if s.items[key] == 0 {
			return errMissing // want lock-without-unlock warning
		}
		s.items[key]++
		s.mu.Unlock()
		return nil
	}
}

// Another object's mutex is locked and unlocked while the first one is held.
func (s *store) otherInside(other *shard, key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	other.Lock()
	other.count++
	other.Unlock()
	s.items[key]++
	s.mu.Unlock()
	return nil
}

// So is one of the same type.
func (s *store) sameTypeInside(other *store, key string) error {
	s.mu.Lock()
	other.mu.Lock()
	other.items[key]++
	other.mu.Unlock()
	if s.items[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

// A global is.
func (s *store) globalInside(key string) error {
	s.mu.Lock()
	tableMu.Lock()
	table[key]++
	tableMu.Unlock()
	if s.items[key] == 0 {
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

// The name says that it returns with something, but not with the mutex and an error.
func (s *store) Acquire(key string) error {
	s.mu.Lock()
	if s.items == nil {
		return errMissing // want lock-without-unlock warning
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

var fires = []any{
	(*store).earlyReturn, (*store).failingCall, (*store).oneOfTwo, (*store).forReading, (*store).forWriting,
	(*store).withoutResult, (*store).forgettingCase, (*store).fromLoop, (*store).inEachTurn,
	(*store).secondOfTwo, globalMutex, pointerMutex, (*store).embedded, (*store).inClosure,
	(*store).otherInside, (*store).sameTypeInside, (*store).globalInside, (*store).Acquire,
}

func main() { fmt.Println(len(fires), len(quiet)) }
