package main

import (
	"fmt"
	"log"
	"os"
	"sync"
	"time"
)

// Each form is named after what makes it right.

func (s *store) unlockOnEveryWay(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		s.mu.Unlock()
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) deferredUnlock(key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.items[key] == 0 {
		return errMissing
	}
	s.items[key]++
	return nil
}

func (s *store) deferredClosure(key string) error {
	s.mu.Lock()
	defer func() {
		s.items[key] = 0
		s.mu.Unlock()
	}()
	if s.items[key] == 0 {
		return errMissing
	}
	return nil
}

// Returns with the lock where it says true.
func (s *store) lockIfAlive() bool {
	s.mu.Lock()
	if s.items == nil {
		s.mu.Unlock()
		return false
	}
	return true
}

// The same under a name that says nothing, with work on the way that fails.
func (s *store) enter(key string) bool {
	s.mu.Lock()
	if s.items[key] > 9 {
		s.items[key] = 0
		delete(s.items, key)
		s.mu.Unlock()
		return false
	}
	return true
}

// Returns with the lock where there is no error.
func (s *store) begin(key string) error {
	s.mu.Lock()
	if err := s.check(key); err != nil {
		s.items[key]++
		s.mu.Unlock()
		return err
	}
	return nil
}

// Returns with the lock where it returns something.
func (s *store) checkOut(i int) *shard {
	found := &s.shard[i&3]
	found.Lock()
	if found.count == 0 {
		found.count = 1
		found.Unlock()
		return nil
	}
	return found
}

// A hit is unlocked; after a miss the caller fills in what is missing, and unlocks.
func (s *store) hitOrHold(key string) (int, bool) {
	s.mu.Lock()
	if value, ok := s.items[key]; ok {
		s.mu.Unlock()
		return value, true
	}
	return 0, false
}

func (s *store) sameCondition(key string, shared bool) int {
	if shared {
		s.mu.Lock()
	}
	value := s.items[key]
	if shared {
		s.mu.Unlock()
	}
	return value
}

func (s *store) flagOfItsOwn(keys []string) error {
	s.mu.Lock()
	locked := true
	for _, key := range keys {
		if s.items[key] == 0 {
			s.mu.Unlock()
			locked = false
			break
		}
		s.items[key]--
	}
	if locked {
		s.mu.Unlock()
	}
	return nil
}

func (s *store) eitherOfTwoUnlocks(key string) {
	s.mu.Lock()
	found := s.items[key] != 0
	if found {
		s.mu.Unlock()
	}
	fmt.Println(key)
	if !found {
		s.items[key]++
		s.mu.Unlock()
	}
}

func (s *store) tryLock(key string) error {
	if !s.mu.TryLock() {
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) tryThenLock(key string) error {
	if !s.mu.TryLock() {
		s.mu.Lock()
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) helperUnlocks(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		s.release()
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

//go:noinline
func (s *store) release() { s.mu.Unlock() }

func (s *store) helperOfHelperUnlocks(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		return s.fail()
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

//go:noinline
func (s *store) fail() error {
	s.release()
	return errMissing
}

// A helper that unlocks where it fails, and says so.
func (s *store) helperUnlocksOnError(key string) error {
	s.mu.Lock()
	if err := s.checkOrUnlock(key); err != nil {
		return err
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

//go:noinline
func (s *store) checkOrUnlock(key string) error {
	if s.items[key] == 0 {
		s.mu.Unlock()
		return errMissing
	}
	return nil
}

func (s *store) closureUnlocks(key string, keys []string) error {
	unlock := func() {
		for _, key := range keys {
			delete(s.items, key)
		}
		s.mu.Unlock()
	}
	s.mu.Lock()
	if s.items[key] == 0 {
		unlock()
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) valueUnlocks(key string, unlock func()) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		unlock()
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func lockerUnlocks(mu *sync.Mutex, locker sync.Locker, key string) error {
	mu.Lock()
	if table[key] == 0 {
		locker.Unlock()
		return errMissing
	}
	table[key]++
	mu.Unlock()
	return nil
}

func (s *store) goroutineUnlocks(key string, wait time.Duration) {
	s.mu.Lock()
	if wait > 0 {
		go func() {
			time.Sleep(wait)
			s.mu.Unlock()
		}()
		return
	}
	s.items[key]++
	s.mu.Unlock()
}

func (s *store) timerUnlocks(key string, wait time.Duration) {
	s.mu.Lock()
	if wait > 0 {
		time.AfterFunc(wait, func() { s.mu.Unlock() })
		return
	}
	s.items[key]++
	s.mu.Unlock()
}

// The caller unlocks by what it gets.
func (s *store) returnsUnlock(key string) (func(), error) {
	s.mu.Lock()
	if s.items[key] == 0 {
		s.items[key] = 1
		s.mu.Unlock()
		return nil, errMissing
	}
	return s.mu.Unlock, nil
}

func (s *store) panics(key string) int {
	s.mu.Lock()
	if s.items == nil {
		panic("no items")
	}
	value := s.items[key]
	s.mu.Unlock()
	return value
}

func (s *store) exits(key string) int {
	s.mu.Lock()
	if s.items == nil {
		fmt.Println("no items")
		os.Exit(1)
	}
	value := s.items[key]
	s.mu.Unlock()
	return value
}

func (s *store) fatal(key string) int {
	s.mu.Lock()
	value, ok := s.items[key]
	if ok {
		s.items[key]++
		s.mu.Unlock()
		return value
	}
	log.Fatalf("no %s", key)
	return 0
}

// Entered with the lock, and left with it.
func (s *store) unlockAndLockAgain(key string) error {
	s.mu.Unlock()
	fmt.Println(key)
	s.mu.Lock()
	if s.items[key] == 0 {
		return errMissing
	}
	return nil
}

func (s *store) unlockedInLoop(key string) int {
	s.mu.Lock()
	for s.items[key] == 0 {
		s.mu.Unlock()
		time.Sleep(1)
		s.mu.Lock()
	}
	value := s.items[key]
	s.mu.Unlock()
	return value
}

// Entered with the lock; each turn gives it up for a while.
func (s *store) waitInLoop(key string) error {
	for i := 0; ; i++ {
		if s.items[key] != 0 {
			return nil
		}
		s.mu.Unlock()
		time.Sleep(1)
		s.mu.Lock()
		if i == 9 {
			return errMissing
		}
	}
}

func (s *store) handOverHand(key string) *store {
	s.mu.Lock()
	for s.next != nil {
		next := s.next
		next.mu.Lock()
		s.mu.Unlock()
		s = next
	}
	s.items[key]++
	s.mu.Unlock()
	return s
}

func lockAll(all []*store) error {
	for i, s := range all {
		s.mu.Lock()
		if s.items == nil {
			for _, s := range all[:i+1] {
				s.mu.Unlock()
			}
			return errMissing
		}
	}
	return nil
}

// Whether it is the same one cannot be told.
func (s *store) behindAPointer(key string) error {
	s.next.mu.Lock()
	if s.items[key] == 0 {
		s.next.mu.Unlock()
		return errMissing
	}
	s.items[key]++
	s.next.mu.Unlock()
	return nil
}

func (s *store) unlockThroughAnother(key string, other *store) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		other.mu.Unlock()
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) waitForCondition(cond *sync.Cond, key string) int {
	s.mu.Lock()
	for s.items[key] == 0 {
		cond.Wait()
	}
	value := s.items[key]
	s.mu.Unlock()
	return value
}

// Keeps it for good, and writes that down.
func (s *store) keptOnPurpose(key string) {
	s.mu.Lock()
	if key == "" {
		s.name = "closed"
		return
	}
	s.items[key]++
	s.mu.Unlock()
}

func (s *store) readOrWrite(key string, write bool) {
	if write {
		s.rw.Lock()
	} else {
		s.rw.RLock()
	}
	fmt.Println(s.items[key])
	if write {
		s.rw.Unlock()
	} else {
		s.rw.RUnlock()
	}
}

func (s *store) upgrade(key string) int {
	s.rw.RLock()
	value, ok := s.items[key]
	s.rw.RUnlock()
	if ok {
		return value
	}
	s.rw.Lock()
	s.items[key] = 1
	s.rw.Unlock()
	return 1
}

//go:noinline
func die(key string) {
	fmt.Println(key)
	os.Exit(1)
}

//go:noinline
func dieLater(key string) { die(key) }

//go:noinline
func refuse(key string) {
	if key == "" {
		key = "nothing"
	}
	panic(key)
}

func (s *store) exitsInHelper(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		dieLater(key)
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

func (s *store) panicsInHelper(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		refuse(key)
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

//go:noinline
func (s *store) giveBack() { s.mu.Unlock() }

// The deferred method unlocks; the way that works on does so first, and locks again.
func (s *store) deferredHelper(key string) error {
	s.mu.Lock()
	defer s.giveBack()
	if s.items[key] == 0 {
		return errMissing
	}
	s.mu.Unlock()
	fmt.Println(key)
	s.mu.Lock()
	return nil
}

// Nobody knows what the deferred value does.
func (s *store) deferredValue(key string, done func()) error {
	defer done()
	s.mu.Lock()
	if s.items[key] == 0 {
		return errMissing
	}
	s.items[key]++
	s.mu.Unlock()
	return nil
}

// Named after what it does: it returns with the lock where there is no error, and it works on the other way.
func (s *store) lockFor(key string) error {
	s.mu.Lock()
	if s.items[key] == 0 {
		s.items[key]--
		s.mu.Unlock()
		return errMissing
	}
	return nil
}

// The same without an error among its results.
func (s *store) TryAcquire(key string) {
	s.mu.Lock()
	if s.items[key] == 0 {
		return
	}
	s.items[key]--
	fmt.Println(key)
	s.mu.Unlock()
}

var quiet = []any{
	(*store).unlockOnEveryWay, (*store).deferredUnlock, (*store).deferredClosure, (*store).lockIfAlive,
	(*store).enter, (*store).begin, (*store).checkOut, (*store).hitOrHold, (*store).sameCondition,
	(*store).flagOfItsOwn, (*store).eitherOfTwoUnlocks, (*store).tryLock, (*store).tryThenLock,
	(*store).helperUnlocks, (*store).helperOfHelperUnlocks, (*store).helperUnlocksOnError,
	(*store).closureUnlocks, (*store).valueUnlocks, lockerUnlocks, (*store).goroutineUnlocks,
	(*store).timerUnlocks, (*store).returnsUnlock, (*store).panics, (*store).exits, (*store).fatal,
	(*store).unlockAndLockAgain, (*store).unlockedInLoop, (*store).waitInLoop, (*store).handOverHand, lockAll,
	(*store).behindAPointer, (*store).unlockThroughAnother, (*store).waitForCondition,
	(*store).keptOnPurpose, (*store).readOrWrite, (*store).upgrade,
	(*store).exitsInHelper, (*store).panicsInHelper, (*store).deferredHelper, (*store).deferredValue,
	(*store).lockFor, (*store).TryAcquire,
}
