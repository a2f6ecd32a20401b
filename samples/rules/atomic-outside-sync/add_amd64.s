#include "textflag.h"

// func addAssembly(p *int64, v int64)
TEXT ·addAssembly(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), AX
	MOVQ v+8(FP), CX
	LOCK // want atomic-outside-sync warning
	XADDQ CX, (AX)
	RET
