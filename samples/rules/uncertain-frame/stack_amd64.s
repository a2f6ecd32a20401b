#include "textflag.h"

// func onOtherStack(stack *byte)
TEXT ·onOtherStack(SB), NOSPLIT, $0-8
	MOVQ stack+0(FP), AX // want uncertain-frame warning
	MOVQ SP, BX
	MOVQ AX, SP
	SUBQ $64, SP
	MOVQ BX, SP
	RET

// func onOwnStack()
TEXT ·onOwnStack(SB), NOSPLIT, $0-0
	PUSHQ AX
	POPQ AX
	RET
