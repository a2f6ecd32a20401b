// Package rules holds functions that deep-stack names, and some that it does not.
package rules

// Render is exported, and nothing here calls it: a stack may come to it from anywhere. It stands for all below it.
//
//go:noinline
func Render(i int) byte { // want deep-stack warning
	return Middle(i) + 1
}

func start(i int) {
	go serve(i)
}

// A goroutine begins here.
//
//go:noinline
func serve(i int) { // want deep-stack warning
	var b [9000]byte
	b[i] = shallow(i)
	sink = b[i/2]
}

// Sum is a method that only its own wrapper, which the compiler makes, calls.
func (t Table) Sum() (n byte) { // want deep-stack warning
	for _, b := range t.cells(3) {
		n += b
	}
	return n
}

//go:noinline
func (t Table) cells(i int) [9000]byte {
	var b [9000]byte
	b[i] = t.size
	return b
}

type Table struct{ size byte }

var sink byte
