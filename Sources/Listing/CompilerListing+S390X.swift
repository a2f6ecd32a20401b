import ByteText
import ProgramModel

extension CompilerListing {
  /// The instructions that read and write a symbol at a distance from themselves.
  private static let relativeNames: [String: (load: String, store: String)] = [
    "MOVD": ("LGRL", "STGRL"), "MOVW": ("LGFRL", "STRL"), "MOVWZ": ("LLGFRL", "STRL"),
    "MOVH": ("LGHRL", "STHRL"), "MOVHZ": ("LLGHRL", "STHRL"),
  ]

  /// The instructions that write a number to memory.
  private static let numberNames = [
    "MOVD": "MVGHI", "MOVW": "MVHI", "MOVWZ": "MVHI", "MOVH": "MVHHI", "MOVHZ": "MVHHI", "MOVB": "MVI",
    "MOVBZ": "MVI",
  ]

  /// An address is spelled like a load by objdump, and a number that is stored stands behind its place.
  func writeS390X(
    _ instruction: Instruction, _ function: Function, _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    var name = text.string(instruction.mnemonic)
    var operands = operands(text, instruction.operands)
    var replaced: Replacement?
    switch name {
    case "JMP", "CALL":
      guard let last = operands.last else { return }
      writeS390XJump(instruction, isCall: name == "CALL", last, function, text, &out)
      return
    case "RET":
      writeLine(instruction, "JMP R14", function, text, &out)
      return
    case "UNDEF":
      writeLine(instruction, "NOPH", function, text, &out)
      return
    case "CLEAR" where operands.count == 2:
      (name, operands) = ("XC", [operands[0], operands[1], operands[1]])
    case "MVC" where operands.count == 3: operands.swapAt(1, 2)
    default: break
    }
    if let index = operands.firstIndex(where: { self.symbol(text, $0) != nil }) {
      writeS390XSymbol(instruction, name, operands, index, function, text, &out)
      return
    }
    if let last = operands.last, let target = target(text, last, function) {
      replaced = (operands.count - 1, address(target))
    } else if operands.count == 2, isImmediate(text, operands[0]) {
      if text[operands[0].upperBound - 1] == UInt8(ascii: ")") {
        replaced = (0, s390xAddress(text, operands[0], function))
      } else if text[operands[1].upperBound - 1] == UInt8(ascii: ")"), let store = Self.numberNames[name] {
        name = store
        operands.swapAt(0, 1)
      }
    }
    writeLine(instruction, name, of: operands, replacing: replaced, function, text, &out)
    // The last byte of LG tells it from LA and LAY.
    if name == "MOVD", replaced == nil, instruction.length == 6, let tab = out.lastIndex(of: 0x09) {
      out.replaceSubrange(tab - 2..<tab, with: "04".utf8)
    }
  }

  /// `$-16(R15)`, `$main.buf-2048(SP)`, `$8(R1)(R2*1)`.
  private func s390xAddress(
    _ text: borrowing Span<UInt8>, _ operand: Range<Int>, _ function: Function
  ) -> String {
    if let offset = stackAddress(text, operand, function) { return "\(offset)(R0)(R15*1)" }
    let place = operand.lowerBound + 1..<operand.upperBound
    if let variable = stackVariable(text, place, function) {
      return "\(variable.offset)(R15)" + text.string(variable.end..<place.upperBound)
    }
    return text.string(place)
  }

  /// `MOVD $main.x(SB), R1`, `MOVD main.x(SB), R1`, `MOVB R0, main.x(SB)`: the last one takes the address first.
  private func writeS390XSymbol(
    _ instruction: Instruction, _ name: String, _ operands: [Range<Int>], _ index: Int, _ function: Function,
    _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    guard let (symbol, isAddress) = symbol(text, operands[index]) else { return }
    let relocation = "R_PCRELDBL"
    let register = operands.count == 2 ? text.string(operands[1 - index]) : "R10"
    if isAddress {
      writeLine(instruction, "MOVD 0(PC), \(register)", relocation: relocation, symbol, function, text, &out)
    } else if instruction.length == 6, let names = Self.relativeNames[name] {
      let words = (index == 0 ? names.load : names.store) + " \(register), 0(PC)"
      writeLine(instruction, words, relocation: relocation, symbol, function, text, &out)
    } else if instruction.length > 6 {
      var (first, rest) = (instruction, instruction)
      first.length = 6
      rest.offset += 6
      rest.length -= 6
      writeLine(first, "MOVD 0(PC), R10", relocation: relocation, symbol, function, text, &out)
      if index == 1, isImmediate(text, operands[0]), let store = Self.numberNames[name] {
        writeLine(rest, "\(store) (R10),", of: [operands[0]], function, text, &out)
      } else {
        writeLine(rest, name, of: operands, replacing: (index, "(R10)"), function, text, &out)
      }
    } else {
      writeLine(instruction, name, of: operands, function, text, &out)
    }
  }

  /// `JMP R14`, `JMP 24`, `JMP main.f(SB)`, `CALL R1`, `CALL main.f(SB)`.
  private func writeS390XJump(
    _ instruction: Instruction, isCall: Bool, _ operand: Range<Int>, _ function: Function,
    _ text: borrowing Span<UInt8>, _ out: inout [UInt8]
  ) {
    if isRegister(text, operand) {
      let register = text.string(operand)
      writeLine(instruction, isCall ? "BASR R14, \(register)" : "JMP \(register)", function, text, &out)
    } else {
      let target = target(text, operand, function)
      writeLine(
        instruction, isCall ? "CALL" : "BR", of: [operand], replacing: target.map { (0, address($0)) },
        function, text, &out)
    }
  }

  private func isRegister(_ text: borrowing Span<UInt8>, _ operand: Range<Int>) -> Bool {
    operand.count <= 3 && text[operand.lowerBound] == UInt8(ascii: "R")
      && text.decimal(from: operand.lowerBound + 1).end == operand.upperBound
  }

  /// How many bytes a function's last instruction has (Go `cmd/internal/obj/s390x/asmz.go`: BRC up to 64 KiB, else BRCL).
  func s390xLength(_ instruction: Instruction, _ text: borrowing Span<UInt8>) -> Int {
    let mnemonic = instruction.mnemonic.lowerBound
    guard text.has("JMP\t", at: mnemonic) || text.has("CALL\t", at: mnemonic) else {
      return text.has("NOPH", at: mnemonic) || text.has("RET", at: mnemonic) ? 2 : 6
    }
    if isRegister(text, instruction.operands) { return 2 }
    let (target, end) = text.decimal(from: instruction.operands.lowerBound)
    let isNear =
      end == instruction.operands.upperBound && Int64(clamping: instruction.offset) &- target <= 1 << 16
    return isNear ? 4 : 6
  }
}
