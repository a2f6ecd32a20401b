#include "textflag.h"

// func count(n int) int
TEXT ·count(SB), $24-16
	MOVD n+0(FP), R0
	MOVD R0, 8(RSP)
	CALL ·counted(SB)
	MOVD 16(RSP), R0
	MOVD R0, ret+8(FP)
	RET
