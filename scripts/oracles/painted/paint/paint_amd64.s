#include "textflag.h"

// func Stack() (top uintptr)
//
// Its caller's stack pointer is just above the return address, which stays.
TEXT ·Stack(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ (TLS), AX
	MOVQ 0(AX), DI
	LEAQ 0(SP), CX
	SUBQ DI, CX
	SHRQ $3, CX
	MOVQ $0x5ca1ab1e5ca1ab1e, AX
	CLD
	REP; STOSQ
	LEAQ 8(SP), AX
	MOVQ AX, top+0(FP)
	RET

// func Lowest() uintptr
TEXT ·Lowest(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ (TLS), AX
	MOVQ 0(AX), DI
	MOVQ $0x5ca1ab1e5ca1ab1e, AX
loop:
	CMPQ AX, 0(DI)
	JNE  done
	ADDQ $8, DI
	JMP  loop
done:
	MOVQ DI, ret+0(FP)
	RET
