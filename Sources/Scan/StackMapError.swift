public import ProgramModel

/// The reason why there is no stack map to show. The description contains names as given, so whoever prints
/// it must escape it.
public enum StackMapError: Error, CustomStringConvertible {
  case input(ScanError)
  /// The input is text, or neither text nor a binary.
  case notABinary(String)
  /// The input is not linked, or its pclntab is gone.
  case noTable(String)
  case architecture(String, machine: String)
  /// The function has no frame data from the linker.
  case noFrame(function: String)
  /// The place is not in the function.
  case outside(function: String, StackMap.Place, addresses: Range<UInt64>, lines: ClosedRange<Int32>?)

  /// The error as one line of text.
  public var description: String {
    switch self {
    case .input(let error): error.description
    case .notABinary(let input):
      "\(input == "-" ? "standard input" : input): no binary; pointer maps stand in the binary alone, "
        + "no disassembler prints them: name one built by Go"
    case .noTable(let input):
      "\(input): it has no pclntab, where the pointer maps are; name a binary as Go's linker wrote it"
    case .architecture(let input, let machine):
      "\(input): a binary of \(machine), which fathom does not read yet; it reads \(Architecture.known)"
    case .noFrame(let function):
      "\(function): not Go's, so that the linker wrote nothing of its frame; C code has no pointer maps"
    case .outside(let function, .address(let address), let addresses, _):
      "0x\(String(address, radix: 16)) is no address of \(function), whose code is from "
        + "0x\(String(addresses.lowerBound, radix: 16)) to before 0x\(String(addresses.upperBound, radix: 16))"
    case .outside(let function, .line(let line), _, let lines):
      "no code of \(function) comes from line \(line)"
        + (lines.map { "; it has code of lines \($0.lowerBound) to \($0.upperBound), not of each" } ?? "")
    }
  }
}
