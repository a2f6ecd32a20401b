package rules

// Eight, as many as one byte has bits.
func eight() {
	defer done(1)
	defer done(2)
	defer done(3)
	defer done(4)
	defer done(5)
	defer done(6)
	defer done(7)
	defer done(8)
}
