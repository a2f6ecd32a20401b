package rules

// The recursion comes first, and the defer behind it.
//
//go:noinline
func behind(f *folder, n int) {
	if n > 0 {
		behind(f, n-1)
	}
	f.Lock()
	defer f.Unlock()
	f.size++
}

// Deferred once, around all of it.
func begins(f *folder) int {
	f.Lock()
	defer f.Unlock()
	return plain(f)
}

//go:noinline
func plain(f *folder) int {
	size := own(f)
	for _, each := range f.below {
		size += plain(each)
	}
	return size
}

// What it defers runs before the recursion goes on.
//
//go:noinline
func own(f *folder) int {
	f.Lock()
	defer f.Unlock()
	return f.size
}

// The one deferred call is the recursion: while it runs it is pending no more.
//
//go:noinline
func again(n int) int {
	defer func() { again(n + 1) }()
	return n
}
