package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"math/big"
	"os"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"text/template"
	"time"
)

// What the bodies work on. Variables, so that the compiler knows nothing of the values.
var (
	number  = 42
	decimal = 2.5
	word    = "fathom"
	reader  = strings.Repeat("a line of text\n", 100)
)

type point struct{ X, Y int }

type shape struct {
	Name   string
	Corner point
	Sides  []int
	Tags   map[string]string
}

type named int

func (n named) String() string { return "named" }

// A tree is as deep as its JSON.
type tree struct {
	Name string
	Next *tree
}

func treeOf(depth int) *tree {
	var t *tree
	for i := 0; i < depth; i++ {
		t = &tree{Name: "t", Next: t}
	}
	return t
}

var (
	tree1, tree5, tree20 = treeOf(1), treeOf(5), treeOf(20)
	text1, text5, text20 = jsonOf(tree1), jsonOf(tree5), jsonOf(tree20)
	aShape               = shape{"square", point{1, 2}, []int{1, 2, 3, 4}, map[string]string{"colour": "red"}}
	bigText              = bytes.Repeat([]byte("the quick brown fox "), 500)
	packed               = gzipOf(bigText)
	quiet                = log.New(io.Discard, "", log.LstdFlags)
	structured           = slog.New(slog.NewTextHandler(io.Discard, nil))
	word8                = regexp.MustCompile(`^[a-z]+(\d*)x?$`)
	page                 = template.Must(template.New("p").Parse(`{{.Name}} {{range .Sides}}{{.}},{{end}}`))
	htmlPage             = htmltemplate.Must(htmltemplate.New("p").Parse(`<a href="{{.Name}}">{{.Name}}</a>`))
	pool                 = sync.Pool{New: func() any { return new([64]byte) }}
	mutex                sync.Mutex
	once                 sync.Once
	shared               = map[int]int{}
	errSentinel          = errors.New("sentinel")
)

func jsonOf(v any) []byte { b, _ := json.Marshal(v); return b }

func gzipOf(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

var sinkString [1]string

func keep(s string) {
	if len(s) == -1 {
		sinkString[0] = s
	}
}

// Print by verb and type.
func sprintfInt()      { keep(fmt.Sprintf("%d", number)); end() }
func sprintfString()   { keep(fmt.Sprintf("%s", word)); end() }
func sprintfFloat()    { keep(fmt.Sprintf("%g", decimal)); end() }
func sprintfStruct()   { keep(fmt.Sprintf("%v", aShape.Corner)); end() }
func sprintfNested()   { keep(fmt.Sprintf("%+v", aShape)); end() }
func sprintfStringer() { keep(fmt.Sprintf("%v", named(number))); end() }
func fprintfHex()      { fmt.Fprintf(io.Discard, "%x", word); end() }
func fprintln()        { fmt.Fprintln(io.Discard, word, number); end() }
func errorfWrap()      { keep(fmt.Errorf("open %s: %w", word, errSentinel).Error()); end() }
func logPrintf()       { quiet.Printf("%s %d", word, number); end() }
func slogInfo()        { structured.Info("message", "word", word, "number", number); end() }

// Numbers and strings.
func strconvItoa()    { keep(strconv.Itoa(number + len(word)*1000)); end() }
func strconvFloat()   { f, _ := strconv.ParseFloat("2.718281828459045", 64); decimal2(f); end() }
func stringsBuild()   { stringsBuildIn(); end() }
func bufioScan()      { bufioScanIn(); end() }
func timeFormat()     { keep(time.Now().Format(time.RFC3339Nano)); end() }
func bigMultiply()    { bigMultiplyIn(); end() }
func stringsReplace() { keep(strings.NewReplacer("a", "b", "line", "row").Replace(reader)); end() }

//go:noinline
func decimal2(f float64) {
	if f == -1 {
		decimal = f
	}
}

//go:noinline
func stringsBuildIn() {
	var b strings.Builder
	for i := 0; i < 100; i++ {
		b.WriteString(word)
		b.WriteByte(' ')
	}
	keep(strings.ToUpper(b.String()))
}

//go:noinline
func bufioScanIn() {
	s := bufio.NewScanner(strings.NewReader(reader))
	n := 0
	for s.Scan() {
		n += len(s.Text())
	}
	keep(strconv.Itoa(n))
}

//go:noinline
func bigMultiplyIn() {
	a := new(big.Int).Exp(big.NewInt(3), big.NewInt(200), nil)
	keep(a.Mul(a, a).String())
}

// JSON.
func marshalFlat()   { keep(string(jsonOf(aShape.Corner))); end() }
func marshal1()      { keep(string(jsonOf(tree1))); end() }
func marshal5()      { keep(string(jsonOf(tree5))); end() }
func marshal20()     { keep(string(jsonOf(tree20))); end() }
func unmarshalFlat() { var p point; json.Unmarshal([]byte(`{"X":1,"Y":2}`), &p); end() }
func unmarshal1()    { var t tree; json.Unmarshal(text1, &t); end() }
func unmarshal5()    { var t tree; json.Unmarshal(text5, &t); end() }
func unmarshal20()   { var t tree; json.Unmarshal(text20, &t); end() }

// Regular expressions and templates.
func regexpMatch()     { word8.MatchString(word); end() }
func regexpCompile()   { regexp.Compile(`^(a|b)*c+[d-f]{2,5}$`); end() }
func templateExecute() { page.Execute(io.Discard, aShape); end() }
func htmlExecute()     { htmlPage.Execute(io.Discard, aShape); end() }

// Compression and sums.
func gzipWrite()  { gzipOf(bigText); end() }
func gzipRead()   { r, _ := gzip.NewReader(bytes.NewReader(packed)); io.Copy(io.Discard, r); end() }
func sha256Sum()  { s := sha256.Sum256(bigText); keep(string(s[:])); end() }
func aesSeal()    { aesSealIn(); end() }
func sortInts()   { a := numbers(); sort.Ints(a); end() }
func sortSlice()  { a := numbers(); sort.Slice(a, func(i, j int) bool { return a[i] < a[j] }); end() }
func slicesSort() { a := numbers(); slices.SortFunc(a, func(a, b int) int { return a - b }); end() }

//go:noinline
func aesSealIn() {
	block, _ := aes.NewCipher(bigText[:16])
	seal, _ := cipher.NewGCM(block)
	keep(string(seal.Seal(nil, bigText[:12], bigText, nil)))
}

//go:noinline
func numbers() []int {
	a := make([]int, 1000)
	for i := range a {
		a[i] = i * 7919 % 1000
	}
	return a
}

// Channels, timers, locks.
func waitOnly()     { end() }
func chanPair()     { chanPairIn(); end() }
func selectTwo()    { selectTwoIn(); end() }
func sleep()        { time.Sleep(time.Millisecond); end() }
func afterSelect()  { afterSelectIn(); end() }
func withTimeout()  { withTimeoutIn(); end() }
func poolGet()      { p := pool.Get().(*[64]byte); p[0]++; pool.Put(p); end() }
func mutexContend() { mutex.Lock(); shared[number]++; mutex.Unlock(); end() }
func onceDo()       { once.Do(func() { shared[-1] = 1 }); end() }

//go:noinline
func chanPairIn() {
	c := make(chan int, 1)
	c <- number
	number2(<-c)
}

//go:noinline
func number2(n int) {
	if n == -1 {
		number = n
	}
}

//go:noinline
func selectTwoIn() {
	a, b := make(chan int, 1), make(chan string, 1)
	a <- 1
	select {
	case n := <-a:
		number2(n)
	case s := <-b:
		keep(s)
	}
}

//go:noinline
func afterSelectIn() {
	select {
	case <-time.After(time.Millisecond):
	case <-hold:
	}
}

//go:noinline
func withTimeoutIn() {
	c, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	<-c.Done()
}

// Reflection, maps, append.
func reflectCall() {
	reflect.ValueOf(strings.ToUpper).Call([]reflect.Value{reflect.ValueOf(word)})
	end()
}
func deepEqual()    { a := aShape; keep(strconv.FormatBool(reflect.DeepEqual(a, aShape))); end() }
func mapSmall()     { mapOf(8); end() }
func mapLarge()     { mapOf(3000); end() }
func mapStrings()   { mapStringsIn(); end() }
func appendGrow()   { appendGrowIn(); end() }
func makeLarge()    { b := make([]byte, 100_000+number); b[number] = 1; keep(string(b[:9])); end() }
func interfaceMap() { m := map[any]int{number: 1, word: 2}; number2(m[word]); end() }

//go:noinline
func mapOf(n int) {
	m := map[int]int{}
	for i := 0; i < n; i++ {
		m[i*number] = i
	}
	number2(len(m))
}

//go:noinline
func mapStringsIn() {
	m := map[string]string{}
	for i := 0; i < 50; i++ {
		m[strconv.Itoa(i)] = word
	}
	number2(len(m))
}

//go:noinline
func appendGrowIn() {
	var a []string
	for i := 0; i < 1000; i++ {
		a = append(a, word)
	}
	number2(len(a))
}

// Defer, panic and recover.
func deferThree() { deferThreeIn(); end() }
func deferLoop()  { deferLoopIn(); end() }
func recovered()  { recoveredIn(); end() }
func errorsAs() {
	var e *fs.PathError
	number2(len(errors.Join(errSentinel, wrapped(&e)).Error()))
	end()
}

//go:noinline
func wrapped(e **fs.PathError) error {
	err := fmt.Errorf("again: %w", &fs.PathError{Op: "open", Path: word, Err: errSentinel})
	if errors.As(err, e) && errors.Is(err, errSentinel) {
		return err
	}
	return nil
}

//go:noinline
func deferThreeIn() {
	defer mutex.Unlock()
	mutex.Lock()
	defer number2(1)
	defer number2(2)
}

//go:noinline
func deferLoopIn() {
	for i := 0; i < 10; i++ {
		defer number2(i)
	}
}

//go:noinline
func recoveredIn() {
	defer func() { recover() }()
	panic(errSentinel)
}

// Files.
func readFile() { b, _ := os.ReadFile("/proc/self/comm"); keep(string(b)); end() }
func statFile() { _, err := os.Stat("/nonexistent"); number2(len(err.Error())); end() }

// What is one's own.
func ownLarge() { number2(large(number)); end() }
func ownFib()   { number2(fib(15)); end() }
func ownDeep()  { number2(descend(100)); end() }

//go:noinline
func large(n int) int {
	var a [700]int
	for i := range a {
		a[i] = n * i
	}
	return sum(&a)
}

//go:noinline
func sum(a *[700]int) (n int) {
	for _, v := range a {
		n += v
	}
	return
}

//go:noinline
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

//go:noinline
func descend(n int) int {
	if n == 0 {
		return 0
	}
	return descend(n-1) + number
}

// The function of a parameter.
//
//go:noinline
func through(h func()) { go h() }

func init() {
	add := func(kind, depends, name string, start func()) {
		bodies = append(bodies, body{name: name, kind: kind, depends: depends, entry: "main." + name, start: start})
	}
	// In an order of no meaning within a kind: every third body is held back from the work on the figures.
	add("print", "-", "sprintfInt", func() { go sprintfInt() })
	add("print", "-", "sprintfString", func() { go sprintfString() })
	add("print", "-", "sprintfFloat", func() { go sprintfFloat() })
	add("print", "type", "sprintfStruct", func() { go sprintfStruct() })
	add("print", "type", "sprintfNested", func() { go sprintfNested() })
	add("print", "type", "sprintfStringer", func() { go sprintfStringer() })
	add("print", "-", "fprintfHex", func() { go fprintfHex() })
	add("print", "-", "fprintln", func() { go fprintln() })
	add("print", "type", "errorfWrap", func() { go errorfWrap() })
	add("print", "-", "logPrintf", func() { go logPrintf() })
	add("print", "-", "slogInfo", func() { go slogInfo() })
	add("text", "-", "strconvItoa", func() { go strconvItoa() })
	add("text", "-", "strconvFloat", func() { go strconvFloat() })
	add("text", "-", "stringsBuild", func() { go stringsBuild() })
	add("text", "-", "bufioScan", func() { go bufioScan() })
	add("text", "-", "timeFormat", func() { go timeFormat() })
	add("text", "number", "bigMultiply", func() { go bigMultiply() })
	add("text", "-", "stringsReplace", func() { go stringsReplace() })
	add("json", "type", "marshalFlat", func() { go marshalFlat() })
	add("json", "value", "marshal1", func() { go marshal1() })
	add("json", "value", "marshal5", func() { go marshal5() })
	add("json", "value", "marshal20", func() { go marshal20() })
	add("json", "type", "unmarshalFlat", func() { go unmarshalFlat() })
	add("json", "value", "unmarshal1", func() { go unmarshal1() })
	add("json", "value", "unmarshal5", func() { go unmarshal5() })
	add("json", "value", "unmarshal20", func() { go unmarshal20() })
	add("regexp", "expression", "regexpMatch", func() { go regexpMatch() })
	add("regexp", "expression", "regexpCompile", func() { go regexpCompile() })
	add("template", "template", "templateExecute", func() { go templateExecute() })
	add("template", "template", "htmlExecute", func() { go htmlExecute() })
	add("compress", "-", "gzipWrite", func() { go gzipWrite() })
	add("compress", "-", "gzipRead", func() { go gzipRead() })
	add("compress", "-", "sha256Sum", func() { go sha256Sum() })
	add("compress", "-", "aesSeal", func() { go aesSeal() })
	add("sort", "length", "sortInts", func() { go sortInts() })
	add("sort", "length", "sortSlice", func() { go sortSlice() })
	add("sort", "length", "slicesSort", func() { go slicesSort() })
	add("wait", "-", "waitOnly", func() { go waitOnly() })
	add("wait", "-", "chanPair", func() { go chanPair() })
	add("wait", "-", "selectTwo", func() { go selectTwo() })
	add("wait", "-", "sleep", func() { go sleep() })
	add("wait", "-", "afterSelect", func() { go afterSelect() })
	add("wait", "-", "withTimeout", func() { go withTimeout() })
	add("wait", "-", "poolGet", func() { go poolGet() })
	add("wait", "-", "mutexContend", func() { go mutexContend() })
	add("wait", "-", "onceDo", func() { go onceDo() })
	add("data", "callee", "reflectCall", func() { go reflectCall() })
	add("data", "type", "deepEqual", func() { go deepEqual() })
	add("data", "-", "mapSmall", func() { go mapSmall() })
	add("data", "-", "mapLarge", func() { go mapLarge() })
	add("data", "-", "mapStrings", func() { go mapStrings() })
	add("data", "-", "appendGrow", func() { go appendGrow() })
	add("data", "-", "makeLarge", func() { go makeLarge() })
	add("data", "type", "interfaceMap", func() { go interfaceMap() })
	add("defer", "-", "deferThree", func() { go deferThree() })
	add("defer", "-", "deferLoop", func() { go deferLoop() })
	add("defer", "-", "recovered", func() { go recovered() })
	add("defer", "error", "errorsAs", func() { go errorsAs() })
	add("file", "-", "readFile", func() { go readFile() })
	add("file", "-", "statFile", func() { go statFile() })
	add("own", "-", "ownLarge", func() { go ownLarge() })
	add("own", "number", "ownFib", func() { go ownFib() })
	add("own", "number", "ownDeep", func() { go ownDeep() })
	bodies = append(bodies, body{name: "through", kind: "own", depends: "callee", entry: "-",
		start: func() { through(ownLarge) }})
}
