#include "textflag.h"

// func Stack() int
//
// g begins with stack{lo, hi} (runtime/runtime2.go).
TEXT ·Stack(SB), NOSPLIT, $0-8
	MOVD 8(g), R0
	MOVD 0(g), R1
	SUB  R1, R0, R0
	MOVD R0, ret+0(FP)
	RET
