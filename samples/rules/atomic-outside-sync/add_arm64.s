#include "textflag.h"

// func addAssembly(p *int64, v int64)
TEXT ·addAssembly(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	LDADDALD R1, (R0), R2 // want atomic-outside-sync warning
	RET
