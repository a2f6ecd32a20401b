#include "textflag.h"

// func Stack() int
//
// g begins with stack{lo, hi} (runtime/runtime2.go).
TEXT ·Stack(SB), NOSPLIT, $0-8
	MOVQ (TLS), AX
	MOVQ 8(AX), CX
	SUBQ 0(AX), CX
	MOVQ CX, ret+0(FP)
	RET
