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

// The compiler fills a map of more than 25 entries in a function of its own, whose call the linker drops with the map.
var digits = map[string]int{
	"0":  0,
	"1":  1,
	"2":  2,
	"3":  3,
	"4":  4,
	"5":  5,
	"6":  6,
	"7":  7,
	"8":  8,
	"9":  9,
	"10": 10,
	"11": 11,
	"12": 12,
	"13": 13,
	"14": 14,
	"15": 15,
	"16": 16,
	"17": 17,
	"18": 18,
	"19": 19,
	"20": 20,
	"21": 21,
	"22": 22,
	"23": 23,
	"24": 24,
	"25": 25,
	"26": 26,
	"27": 27,
	"28": 28,
	"29": 29,
}

func digit(s string) int { return digits[s] }

// Assembly and Go call each other through wrappers that bear the name of what they lead to.
func count(n int) int

//go:noinline
func counted(n int) int { return n + 1 }

var counters = []func(int) int{count, counted, digitCount}

func digitCount(int) int { return digit("7") }
