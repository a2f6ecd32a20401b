public import ProgramModel

/// Why there is no stack map to show. Names stand in its description as given, so whoever prints it
/// escapes them.
public enum StackMapError: Error, CustomStringConvertible {
  case input(ScanError)
  /// Text, or what is neither text nor binary.
  case notABinary(String)
  /// Not linked, or its pclntab is gone.
  case noTable(String)
  case architecture(String, machine: String)
  /// A function of which the linker wrote nothing.
  case noFrame(function: String)
  /// A place that is not of the function.
  case outside(function: String, StackMap.Place, addresses: Range<UInt64>, lines: ClosedRange<Int32>?)

  /// One line.
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
