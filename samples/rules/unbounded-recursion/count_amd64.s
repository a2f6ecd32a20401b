#include "textflag.h"

// func count(n int) int
TEXT ·count(SB), $16-16
	MOVQ n+0(FP), AX
	MOVQ AX, 0(SP)
	CALL ·counted(SB)
	MOVQ 8(SP), AX
	MOVQ AX, ret+8(FP)
	RET
