// Painted calls functions on a painted stack, and prints how many bytes of it each has written below its caller's
// frame: what it really took, at the most.
//
//	painted COUNT    each COUNT times, while others allocate, collect and want the same locks. amd64
//
// Run it with GODEBUG=gcshrinkstackoff=1,asyncpreemptoff=1, so that nobody but the functions uses these stacks, and
// with a small GOGC, so that they collect.
package main

import (
	"bytes"
	"container/heap"
	"container/list"
	"crypto/aes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"math"
	"math/big"
	"math/bits"
	"os"
	"path"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"painted/paint"
)

type function struct {
	name string
	f    func()
}

var painted = []function{
	{"main.pNothing", pNothing}, {"main.pItoa", pItoa}, {"main.pFormatUint", pFormatUint}, {"main.pParseInt", pParseInt},
	{"main.pUnquote", pUnquote}, {"main.pAppendBool", pAppendBool}, {"main.pRepeat", pRepeat}, {"main.pJoin", pJoin},
	{"main.pReplace", pReplace}, {"main.pTrim", pTrim}, {"main.pIndexAny", pIndexAny}, {"main.pBuilder", pBuilder},
	{"main.pBuffer", pBuffer}, {"main.pBytesRepeat", pBytesRepeat}, {"main.pBytesCount", pBytesCount},
	{"main.pReadBytes", pReadBytes}, {"main.pSum256", pSum256}, {"main.pCipher", pCipher}, {"main.pDuration", pDuration},
	{"main.pParseDuration", pParseDuration}, {"main.pMonth", pMonth}, {"main.pSleep", pSleep}, {"main.pTimer", pTimer},
	{"main.pAfterFunc", pAfterFunc}, {"main.pMutex", pMutex}, {"main.pRWMutex", pRWMutex}, {"main.pWait", pWait},
	{"main.pCond", pCond}, {"main.pChannel", pChannel}, {"main.pSelect", pSelect}, {"main.pRange", pRange},
	{"main.pClean", pClean}, {"main.pPathJoin", pPathJoin}, {"main.pMatch", pMatch}, {"main.pNew", pNew},
	{"main.pLarge", pLarge}, {"main.pAppend", pAppend}, {"main.pConcat", pConcat}, {"main.pRunes", pRunes},
	{"main.pClosure", pClosure}, {"main.pDefer", pDefer}, {"main.pGo", pGo}, {"main.pGC", pGC}, {"main.pErrors", pErrors},
	{"main.pReflect", pReflect}, {"main.pStructTag", pStructTag}, {"main.pHex", pHex}, {"main.pBase64", pBase64},
	{"main.pBinary", pBinary}, {"main.pCRC", pCRC}, {"main.pFNV", pFNV}, {"main.pList", pList}, {"main.pHeap", pHeap},
	{"main.pSort", pSort}, {"main.pBig", pBig}, {"main.pMath", pMath}, {"main.pUTF8", pUTF8}, {"main.pMap", pMap},
	{"main.pRandom", pRandom}, {"main.pClock", pClock}, {"main.pDeep", pDeep},
}

var (
	sink      any
	sinkText  string
	sinkBytes []byte
	sinkInt   int
	word      = strings.Repeat("wörd ", 40)
	number    = math.MinInt64
	mutex     sync.Mutex
	rwMutex   sync.RWMutex
	cond      = sync.NewCond(&sync.Mutex{})
	pipe      = make(chan [64]byte)
	answers   = make(chan int, 1)
	stop      atomic.Bool
)

//go:noinline
func pNothing() {}

//go:noinline
func pItoa() { sinkText = strconv.Itoa(number) }

//go:noinline
func pFormatUint() { sinkText = strconv.FormatUint(math.MaxUint64, 2) }

//go:noinline
func pParseInt() { _, err := strconv.ParseInt("-9223372036854775809", 10, 64); sink = err }

//go:noinline
func pUnquote() { sinkText, _ = strconv.Unquote("\"\\u00e4\\x41\\n\\\"" + word + "\"") }

//go:noinline
func pAppendBool() { sinkBytes = strconv.AppendBool(nil, true) }

//go:noinline
func pRepeat() { sinkText = strings.Repeat(word, 90) }

//go:noinline
func pJoin() { sinkText = strings.Join([]string{word, word, word}, ", ") }

//go:noinline
func pReplace() { sinkText = strings.Replace(word, "ö", "oe", -1) }

//go:noinline
func pTrim() { sinkText = strings.Trim(word, " wdrö") }

//go:noinline
func pIndexAny() { sinkInt = strings.IndexAny(word, "xyzäü") }

//go:noinline
func pBuilder() {
	var b strings.Builder
	for i := 0; i < 100; i++ {
		b.WriteRune('ö')
		b.WriteString(word)
	}
	sinkText = b.String()
}

//go:noinline
func pBuffer() {
	var b bytes.Buffer
	for i := 0; i < 100; i++ {
		b.WriteRune('ö')
		b.WriteString(word)
	}
	sinkBytes = b.Bytes()
}

//go:noinline
func pBytesRepeat() { sinkBytes = bytes.Repeat([]byte(word), 90) }

//go:noinline
func pBytesCount() { sinkInt = bytes.Count([]byte(word), []byte("ö")) }

//go:noinline
func pReadBytes() { sinkBytes, _ = bytes.NewBufferString(word).ReadBytes('r') }

//go:noinline
func pSum256() { s := sha256.Sum256([]byte(word)); sinkBytes = s[:] }

//go:noinline
func pCipher() { sink, _ = aes.NewCipher(make([]byte, 32)) }

//go:noinline
func pDuration() { sinkText = time.Duration(number).String() }

//go:noinline
func pParseDuration() {
	d, err := time.ParseDuration("-2562047h47m16.854775808s")
	sinkInt, sink = int(d), err
}

//go:noinline
func pMonth() { sinkText = time.Month(99).String() }

//go:noinline
func pSleep() { time.Sleep(50 * time.Microsecond) }

//go:noinline
func pTimer() { t := time.NewTimer(time.Hour); t.Reset(time.Minute); t.Stop() }

//go:noinline
func pAfterFunc() { time.AfterFunc(time.Microsecond, func() {}) }

//go:noinline
func pMutex() { mutex.Lock(); sinkInt++; mutex.Unlock() }

//go:noinline
func pRWMutex() { rwMutex.RLock(); sinkInt++; rwMutex.RUnlock(); rwMutex.Lock(); rwMutex.Unlock() }

//go:noinline
func pWait() {
	var w sync.WaitGroup
	w.Add(3)
	for i := 0; i < 3; i++ {
		go w.Done()
	}
	w.Wait()
}

//go:noinline
func pCond() { cond.Broadcast(); cond.Signal() }

//go:noinline
func pChannel() { pipe <- [64]byte{1}; sinkInt += <-answers }

//go:noinline
func pSelect() {
	select {
	case pipe <- [64]byte{1}:
		sinkInt += <-answers
	case n := <-answers:
		sinkInt += n
	}
}

//go:noinline
func pRange() {
	c := make(chan int, 4)
	for i := 0; i < 4; i++ {
		c <- i
	}
	close(c)
	for i := range c {
		sinkInt += i
	}
}

//go:noinline
func pClean() { sinkText = path.Clean("/../a//b/../c/./d/" + word + "/..") }

//go:noinline
func pPathJoin() { sinkText = path.Join("a", "..", word, "b") }

//go:noinline
func pMatch() { _, err := path.Match("*[^a-z]?\\*", word+"*"); sink = err }

//go:noinline
func pNew() { sink = new([7]*int) }

//go:noinline
func pLarge() { sinkBytes = make([]byte, 100<<10) }

//go:noinline
func pAppend() {
	var all []*int
	for i := 0; i < 2000; i++ {
		all = append(all, &sinkInt)
	}
	sink = all
}

//go:noinline
func pConcat() { sinkText = word + sinkText[:min(9, len(sinkText))] + word + "x" + word }

//go:noinline
func pRunes() { sinkText = string([]rune(word)) }

//go:noinline
func pClosure() { n := number; sink = func() int { return n } }

//go:noinline
func pDefer() {
	for i := 0; i < 5; i++ {
		defer pItoa()
	}
}

//go:noinline
func pGo() { go pNothing() }

//go:noinline
func pGC() { runtime.GC() }

//go:noinline
func pErrors() { sink = errors.New(word) }

//go:noinline
func pReflect() { sink = reflect.ValueOf([]function{{}}).Index(0).Field(0).Type() }

//go:noinline
func pStructTag() { sinkText = reflect.StructTag("json:\"a\\\"\" xml:\"b\"").Get("xml") }

//go:noinline
func pHex() { sinkText = hex.EncodeToString([]byte(word)) }

//go:noinline
func pBase64() { sinkText = base64.StdEncoding.EncodeToString([]byte(word)) }

//go:noinline
func pBinary() {
	sinkBytes = binary.AppendUvarint(binary.BigEndian.AppendUint64(nil, 7), math.MaxUint64)
}

//go:noinline
func pCRC() { sinkInt = int(crc32.ChecksumIEEE([]byte(word))) }

//go:noinline
func pFNV() { h := fnv.New64a(); h.Write([]byte(word)); sinkInt = int(h.Sum64()) }

//go:noinline
func pList() { l := list.New(); l.PushBack(1); l.PushFront(2); sink = l }

type numbers struct{ sort.IntSlice }

func (n *numbers) Push(x any) { n.IntSlice = append(n.IntSlice, x.(int)) }
func (n *numbers) Pop() any {
	last := n.IntSlice[len(n.IntSlice)-1]
	n.IntSlice = n.IntSlice[:len(n.IntSlice)-1]
	return last
}

//go:noinline
func pHeap() {
	n := &numbers{sort.IntSlice{5, 2, 8, 1, 9, 3}}
	heap.Init(n)
	heap.Push(n, 4)
	sinkInt = heap.Pop(n).(int)
}

//go:noinline
func pRandom() { sinkInt, _ = rand.Read(make([]byte, 100)) }

//go:noinline
func pClock() { sinkInt = int(time.Since(time.Now())) }

//go:noinline
func pSort() { a := [...]int{5, 2, 8, 1, 9, 3, 7, 0, 4, 6, 11, 15, 12, 13, 14, 10}; sort.Ints(a[:]) }

//go:noinline
func pBig() { n := new(big.Int).Lsh(big.NewInt(3), 500); sink = n.Mul(n, n) }

//go:noinline
func pMath() {
	sinkInt = int(math.Pow(math.Sin(float64(sinkInt)), 3.5)+math.Exp(2)) + bits.Len(uint(sinkInt))
}

//go:noinline
func pUTF8() { sinkInt = utf8.RuneCountInString(word) }

//go:noinline
func pMap() {
	m := map[string]int{}
	for i := 0; i < 100; i++ {
		m[word[:i]] = i
	}
	sinkInt = len(m)
}

//go:noinline
func pDeep() { pMap(); pWait(); pSum256(); pAppend() }

// grow makes the stack large enough before it is painted, so that nobody moves it.
//
//go:noinline
func grow(depth int) byte {
	var frame [4096]byte
	if depth > 0 {
		frame[depth] = grow(depth - 1)
	}
	return frame[depth/2]
}

//go:noinline
func highWater(f func(), count int) uintptr {
	grow(14)
	top := paint.Stack()
	for i := 0; i < count; i++ {
		f()
	}
	return top - paint.Lowest()
}

func main() {
	count := 1
	if len(os.Args) > 1 {
		count, _ = strconv.Atoi(os.Args[1])
	}
	for i := 0; i < 2; i++ {
		go func() {
			for !stop.Load() {
				mutex.Lock()
				sink = make([]*int, 300)
				rwMutex.Lock()
				rwMutex.Unlock()
				mutex.Unlock()
			}
		}()
	}
	go func() {
		cond.L.Lock()
		for {
			cond.Wait()
		}
	}()
	go func() {
		for range pipe {
			answers <- 1
		}
	}()
	for _, p := range painted {
		used := make(chan uintptr)
		go func() { used <- highWater(p.f, count) }()
		fmt.Println(p.name, <-used)
	}
	stop.Store(true)
}
