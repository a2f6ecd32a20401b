package rules

// A stack of its own.
func sumFlat(n *node) int {
	total := 0
	for open := []*node{n}; len(open) > 0; {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if n != nil {
			total += n.value
			open = append(open, n.left, n.right)
		}
	}
	return total
}

// A goroutine has a stack of its own: this one ends whatever n is.
//
//go:noinline
func relay(n int) {
	if n > 0 {
		go relay(n - 1)
	}
}

type walker interface{ walk(walker) }

type leaf struct{}

// Whom an interface's method leads to is not known.
//
//go:noinline
func (leaf) walk(w walker) { w.walk(w) }
