package main

// Thirty functions that call one another for ever: more than the runtime's halves of fifty frames show twice.

var kept int

//go:noinline
func f00(n int) int { kept = n; return f01(n+1) + 1 }

//go:noinline
func f01(n int) int { return f02(n+1) + 1 }

//go:noinline
func f02(n int) int { return f03(n+1) + 1 }

//go:noinline
func f03(n int) int { return f04(n+1) + 1 }

//go:noinline
func f04(n int) int { return f05(n+1) + 1 }

//go:noinline
func f05(n int) int { return f06(n+1) + 1 }

//go:noinline
func f06(n int) int { return f07(n+1) + 1 }

//go:noinline
func f07(n int) int { return f08(n+1) + 1 }

//go:noinline
func f08(n int) int { return f09(n+1) + 1 }

//go:noinline
func f09(n int) int { return f10(n+1) + 1 }

//go:noinline
func f10(n int) int { return f11(n+1) + 1 }

//go:noinline
func f11(n int) int { return f12(n+1) + 1 }

//go:noinline
func f12(n int) int { return f13(n+1) + 1 }

//go:noinline
func f13(n int) int { return f14(n+1) + 1 }

//go:noinline
func f14(n int) int { return f15(n+1) + 1 }

//go:noinline
func f15(n int) int { return f16(n+1) + 1 }

//go:noinline
func f16(n int) int { return f17(n+1) + 1 }

//go:noinline
func f17(n int) int { return f18(n+1) + 1 }

//go:noinline
func f18(n int) int { return f19(n+1) + 1 }

//go:noinline
func f19(n int) int { return f20(n+1) + 1 }

//go:noinline
func f20(n int) int { return f21(n+1) + 1 }

//go:noinline
func f21(n int) int { return f22(n+1) + 1 }

//go:noinline
func f22(n int) int { return f23(n+1) + 1 }

//go:noinline
func f23(n int) int { return f24(n+1) + 1 }

//go:noinline
func f24(n int) int { return f25(n+1) + 1 }

//go:noinline
func f25(n int) int { return f26(n+1) + 1 }

//go:noinline
func f26(n int) int { return f27(n+1) + 1 }

//go:noinline
func f27(n int) int { return f28(n+1) + 1 }

//go:noinline
func f28(n int) int { return f29(n+1) + 1 }

//go:noinline
func f29(n int) int { return f00(n+1) + 1 }
