//go:build windows

// Windows ends by exceptions outside of Go code, which the runtime reports in its own way (runtime/signal_windows.go,
// winthrow), and by a panic.
package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"
)

var kernel = syscall.NewLazyDLL("kernel32.dll")

func main() {
	go wait()
	time.Sleep(10 * time.Millisecond)
	switch os.Args[1] {
	case "copy":
		fill(0x1f4a0)
	case "jump":
		syscall.SyscallN(0x10)
	case "raise":
		kernel.NewProc("RaiseException").Call(0xe0000001, 0, 0, 0)
	case "callback":
		call(syscall.NewCallback(func(n uintptr) uintptr { return fault(n) }))
	case "nilptr":
		fmt.Println(read(nil))
	}
}

func wait() { time.Sleep(time.Minute) }

//go:noinline
func fill(at uintptr) { kernel.NewProc("RtlMoveMemory").Call(at, at+64, 8) }

//go:noinline
func call(back uintptr) { syscall.SyscallN(back, 7) }

//go:noinline
func fault(n uintptr) uintptr { return uintptr(*(*byte)(unsafe.Pointer(n))) }

//go:noinline
func read(p *int) int { return *p }
