package rules

import "os"

// The form of go-tools#1634.
func smallConstant() {
	for i := 0; i < 10; i++ {
		defer add(i) // at most 10
	}
}

func withoutVariable() {
	for i := 0; i < 10; i++ {
		defer add(1) // at most 10
	}
}

func overArray() {
	for _, pair := range [4][2]int{{1, 2}, {3, 4}, {5, 6}, {7, 8}} {
		defer add(pair[0] + pair[1]) // at most 4
	}
}

func overArgument(array [4]int) {
	for _, i := range array {
		defer add(i) // at most 4
	}
}

func overPointer(array *[4]int) {
	for i := range array {
		defer add(i) // at most 4
	}
}

func overLiteral(a, b, c int) {
	for _, i := range []int{a, b, c} {
		defer add(i) // at most 3
	}
}

func overNames() {
	for _, name := range []string{"a", "b", "c"} {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		defer file.Close() // at most 3
	}
}

func down() {
	for i := 10; i > 0; i-- {
		defer add(i) // at most 10
	}
}

func downToZero() {
	for i := 9; i >= 0; i-- {
		defer add(i) // at most 10
	}
}

func bySteps() {
	for i := 0; i < 9; i += 2 {
		defer add(i) // at most 5
	}
}

func unequal() {
	for i := 0; i != 10; i++ {
		defer add(i) // at most 10
	}
}

func of32Bits() {
	for i := int32(0); i < 10; i++ {
		defer add(int(i)) // at most 10
	}
}

// The product of both.
func nested() {
	for i := 0; i < 3; i++ {
		for k := 0; k < 4; k++ {
			defer add(i + k) // at most 12
		}
	}
}

func twice() {
	for i := 0; i < 8; i++ {
		defer add(i) // at most 8
		if odd(i) {
			defer add(i + 1) // at most 8
		}
	}
}

func continued() {
	for i := 0; i < 10; i++ {
		if odd(i) {
			continue
		}
		defer add(i) // at most 10
	}
}

func broken() {
	for i := 0; i < 10; i++ {
		if odd(i) {
			break
		}
		defer add(i) // at most 10
		if odd(i + 1) {
			return
		}
	}
}

// Whichever comes first.
func eitherLimit(n int) {
	for i := 0; i < n && i < 10; i++ {
		defer add(i) // at most 10
	}
}

func onceAtMost() {
	for i := 0; i < 1; i++ {
		defer add(i) // at most 1
	}
}

func jumpBack() {
	i := 0
again:
	defer add(i) // at most 5
	i++
	if i < 5 {
		goto again
	}
}

// Left right behind the defer: it cannot come back, though its record is on the heap.
func leaves(names []string) {
	for _, name := range names {
		if name != "" {
			defer add(len(name)) // want needless-heap-defer note
			return
		}
	}
}

// A closure of its own for each turn.
func closure(names []string) {
	for _, name := range names {
		func() {
			defer add(len(name))
			add(1)
		}()
	}
}

func byFlag(all []func()) {
	isSet := false
	for i, f := range all {
		if !isSet && i > len(all)/2 {
			defer f() // at most 1
			isSet = true
		}
	}
}

func byFirst(all []func()) {
	for i, f := range all {
		if i == 0 {
			defer f() // at most 1
		}
		f()
	}
}

func bySecond(all []func()) {
	for i, f := range all {
		f()
		if i == 1 {
			defer f() // at most 1
		}
	}
}
