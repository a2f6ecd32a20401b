/// A function as the linker's table describes it: `runtime/runtime2.go`, `_func`.
public struct TableFunction: Sendable {
  /// The address of its first instruction.
  public let entry: UInt64
  /// The address at which the next function starts, or the code ends: trailing padding is included.
  public let end: UInt64
  /// The deepest offset of SP below the SP at entry, in bytes: the maximum of its pcsp table
  /// (`runtime/symtab.go`, `funcMaxSPDelta`). Nil where that table is damaged or missing (C code).
  public let frameBytes: Int?
  /// The size of its arguments and results on the stack, in bytes; nil where the linker does not know it
  /// (`internal/abi/symtab.go`, `ArgsSizeUnknown`).
  public let argumentBytes: Int?
  /// The offset of its call of `runtime.deferreturn`, in bytes from the entry; 0 for a function without a
  /// defer (`cmd/link/internal/ld/pcln.go`, `computeDeferReturn`).
  public let deferReturn: UInt32
  /// Its special role in the runtime: `internal/abi/symtab.go`, `FuncID`. Each version of Go has its own
  /// numbers.
  public let functionID: UInt8
  /// Its flags: `internal/abi/symtab.go`, `FuncFlag`. They are always 0 in Go 1.16.
  public let flags: UInt8
  /// The line of its `func` keyword; 0 when the table does not say, as before Go 1.20.
  public let startLine: Int32
  /// The file of its first instruction; nil for code that neither Go's compiler nor its assembler made.
  public let file: TableFile?
  /// Its name.
  public let name: TableName

  /// Whether it is the outermost function of a goroutine's or thread's stack: `FuncFlagTopFrame`.
  public var isTop: Bool { flags & 1 != 0 }
  /// Whether it comes from a `.s` file: `FuncFlagAsm`.
  public var isAssembly: Bool { flags & 4 != 0 }
  /// Whether Go's compiler or assembler made it. C code and the linker's own symbols (`go:buildid`,
  /// `_cgoexp_…`) have no tables.
  public var isGo: Bool { hasTables }

  let nameLength: UInt32
  /// The index of its `_func` in the table, in bytes.
  let row: Int
  let hasTables: Bool
  let pcsp: UInt32
  let pcfile: UInt32
  let pcline: UInt32
  let pcdataCount: UInt32
  let funcdataCount: UInt8
  /// The index in cutab of its compilation unit's first file.
  let unit: UInt32

  var size: UInt64 { end - entry }
}

/// A function's name in the table. The table contains each name once, so a caller that keeps names need read
/// each only once.
public struct TableName: Hashable, Sendable {
  /// The offset from the start of the names, in bytes.
  let offset: UInt32
}

/// A file's path in the table. The table contains each path once, so a caller that keeps paths need read each
/// only once.
public struct TableFile: Hashable, Sendable {
  /// The offset from the start of the paths, in bytes.
  let offset: UInt32
}
