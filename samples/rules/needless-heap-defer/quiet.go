package rules

import "os"

// No loop at all: open-coded.
func plain(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Stat()
	return err
}

// Inside a closure that a loop calls: the closure has no loop.
func each(names []string) {
	for _, name := range names {
		func() {
			file, _ := os.Open(name)
			defer file.Close()
		}()
	}
}
