/// A function as the linker describes it: `runtime/runtime2.go`, `_func`.
public struct TableFunction: Sendable {
  /// Its first address.
  public let entry: UInt64
  /// Where the next function begins, or the code ends: padding is inside.
  public let end: UInt64
  /// The deepest SP offset below the SP at entry, in bytes: the maximum of its pcsp table
  /// (`runtime/symtab.go`, `funcMaxSPDelta`). Nil where that is damaged, or there is none (C code).
  public let frameBytes: Int?
  /// Bytes of its arguments and results on the stack; nil where the linker does not know
  /// (`internal/abi/symtab.go`, `ArgsSizeUnknown`).
  public let argumentBytes: Int?
  /// Where it calls `runtime.deferreturn`, in bytes from the entry; 0 for a function without a defer
  /// (`cmd/link/internal/ld/pcln.go`, `computeDeferReturn`).
  public let deferReturn: UInt32
  /// `internal/abi/symtab.go`, `FuncID`; each Go version numbers anew.
  public let functionID: UInt8
  /// `internal/abi/symtab.go`, `FuncFlag`; always 0 in Go 1.16.
  public let flags: UInt8
  /// The line of its `func`; 0 when the table does not say, as before Go 1.20.
  public let startLine: Int32
  /// Where its first instruction comes from; nil for code that Go's compiler and assembler did not make.
  public let file: TableFile?
  /// Its name.
  public let name: TableName

  /// It heads a goroutine's or thread's stack: `FuncFlagTopFrame`.
  public var isTop: Bool { flags & 1 != 0 }
  /// From a `.s` file: `FuncFlagAsm`.
  public var isAssembly: Bool { flags & 4 != 0 }
  /// Whether Go's compiler or assembler made it; not so for C code and for the linker's own symbols
  /// (`go:buildid`, `_cgoexp_…`), which have no tables.
  public var isGo: Bool { hasTables }

  let nameLength: UInt32
  /// Where its `_func` stands in the table.
  let row: Int
  let hasTables: Bool
  let pcsp: UInt32
  let pcfile: UInt32
  let pcline: UInt32
  let pcdataCount: UInt32
  let funcdataCount: UInt8
  /// Where the files of its compilation unit begin in cutab.
  let unit: UInt32

  var size: UInt64 { end - entry }
}

/// A function's name in the table. The table holds each once: who keeps names asks for each once.
public struct TableName: Hashable, Sendable {
  /// Bytes from the start of the names.
  let offset: UInt32
}

/// A file's path in the table. The table holds each once: who keeps paths asks for each once.
public struct TableFile: Hashable, Sendable {
  /// Bytes from the start of the paths.
  let offset: UInt32
}
