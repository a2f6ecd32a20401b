#include "textflag.h"

// func onOtherStack(stack *byte)
TEXT ·onOtherStack(SB), NOSPLIT, $0-8
	MOVD stack+0(FP), R0 // want uncertain-frame warning
	MOVD RSP, R1
	MOVD R0, RSP
	SUB $64, RSP
	MOVD R1, RSP
	RET

// func onOwnStack()
TEXT ·onOwnStack(SB), NOSPLIT, $0-0
	SUB $16, RSP
	ADD $16, RSP
	RET
