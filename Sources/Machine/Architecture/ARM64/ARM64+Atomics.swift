import ByteText
import Listing
import ProgramModel

extension ARM64 {
  /// LSE's read-modify-writes: GNU's name, and Go's (`cmd/internal/obj/arm64/anames.go`; Go says OR for SET),
  /// without ordering and width.
  private static let roots = [
    ("ldadd", "LDADD"), ("ldclr", "LDCLR"), ("ldeor", "LDEOR"), ("ldset", "LDOR"), ("ldsmax", "LDSMAX"),
    ("ldsmin", "LDSMIN"), ("ldumax", "LDUMAX"), ("ldumin", "LDUMIN"), ("swp", "SWP"), ("cas", "CAS"),
    ("casp", "CASP"),
    ("stadd", "LDADD"), ("stclr", "LDCLR"), ("steor", "LDEOR"), ("stset", "LDOR"), ("stsmax", "LDSMAX"),
    ("stsmin", "LDSMIN"), ("stumax", "LDUMAX"), ("stumin", "LDUMIN"),
  ]

  /// All spellings of GNU and LLVM: `ldaddal`, `casb`.
  static let gnuNames = Array(goNameOfGNU.keys)

  /// All spellings of Go: `LDADDALW`, `CASB`.
  static let goNames = roots.prefix(11).flatMap { root in
    ["", "A", "L", "AL"].flatMap { order in ["B", "H", "W", "D"].map { root.1 + order + $0 } }
  }

  /// Go's name for each of GNU's, without W and D, which GNU leaves to the registers.
  private static let goNameOfGNU: [String: String] = {
    var names: [String: String] = [:]
    for root in roots {
      for order in ["", "a", "l", "al"] {
        for size in ["", "b", "h"] {
          names[root.0 + order + size] = root.1 + order.uppercased() + size.uppercased()
        }
      }
    }
    return names
  }()

  /// Adds an LSE atomic that the disassembler knows.
  static func lse(
    _ code: Code, _ mnemonic: Range<Int>, _ range: Range<Int>, line: Int, _ sketch: inout Sketch
  ) {
    let name = code.text.string(mnemonic)
    if code.isGo { return sketch.addAtomic(name, line: line) }
    guard let root = goNameOfGNU[name] else { return }
    let hasSize = root.hasSuffix("B") || root.hasSuffix("H")
    // `casal w27, w1, [x2]`: the width is that of the value's register.
    let operands = code.operands(in: range)
    let register = operands.count == 3 ? operands.third : operands.last
    let width = register.kind == .register ? register.width : operands.second.width
    sketch.addAtomic(hasSize ? root : root + (width == 32 ? "W" : "D"), line: line)
  }

  /// Returns the name of an LSE atomic by its word, since some disassemblers print `?` for it: Go's, up to
  /// 1.27 at least. Nil for every other word.
  ///
  /// Arm ARM C4.1: «atomic memory operations» are `size 111 0 00 A R 1 Rs o3 opc 00 Rn Rt`, «compare and
  /// swap» `size 001000 1 L 1 Rs o0 11111 Rn Rt`. LDAPR (o3 = 1, opc = 100) only loads.
  static func lse(word: UInt64) -> String? {
    let size = ["B", "H", "W", "D"][Int(word >> 30 & 3)]
    if word & 0x3f20_0c00 == 0x3820_0000 {
      let order = ["", "L", "A", "AL"][Int(word >> 22 & 3)]
      let operation = Int(word >> 12 & 7)
      if word >> 15 & 1 == 1 { return operation == 0 ? "SWP" + order + size : nil }
      return ["LDADD", "LDCLR", "LDEOR", "LDOR", "LDSMAX", "LDSMIN", "LDUMAX", "LDUMIN"][operation] + order
        + size
    }
    if word & 0x3fa0_7c00 == 0x08a0_7c00 {
      return "CAS" + (word >> 22 & 1 == 1 ? "A" : "") + (word >> 15 & 1 == 1 ? "L" : "") + size
    }
    return nil
  }

  /// Adds an exclusive store, which ends an LL/SC atomic: `STLXRW R1, (R2), R27`, `stlxr w27, w1, [x2]`.
  static func exclusive(
    _ code: Code, _ mnemonic: Range<Int>, _ range: Range<Int>, line: Int, _ sketch: inout Sketch
  ) {
    var name = code.text.string(mnemonic).uppercased()
    if !code.isGo {
      let operands = code.operands(in: range)
      if operands.count == 3, operands.second.width == 32, name.hasSuffix("R") { name += "W" }
    }
    sketch.addAtomic(name, isExclusive: true, line: line)
  }
}
