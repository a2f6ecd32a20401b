package rules

// The largest frame comes first: one copy, while there is next to nothing to copy, and all fits.
//
//go:noinline
func grown(i int) {
	var b [12000]byte
	b[i] = 1
	sink = b[i/2]
	first(i)
}

func startsGrown(i int) {
	go grown(i)
}

func startsHere(i int) { first(i) }
