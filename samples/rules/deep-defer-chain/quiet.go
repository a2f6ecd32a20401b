package rules

// InTurn has at most four pending at once: those of the first call ran before the second one begins.
func InTurn() {
	defer done()
	inner()
	inner()
}

// Deferring has five: its own runs inner, and is pending no more when it does.
func Deferring() {
	defer done()
	defer done()
	defer inner()
	n++
}
