// Package rules holds functions that needless-heap-defer names, and some that it does not.
package rules

import "os"

// The loop is left right behind the defer, so it is registered once at most.
func first(names []string) error {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close() // want needless-heap-defer note
		_, err = file.Stat()
		return err
	}
	return nil
}

// A loop that always ends in its first turn.
func once(name string) {
	for {
		file, _ := os.Open(name)
		defer file.Close() // want needless-heap-defer note
		break
	}
}
