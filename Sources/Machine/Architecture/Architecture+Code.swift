import ProgramModel

extension Architecture {
  /// The type that reads this architecture's instructions.
  var code: any MachineCode.Type {
    switch self {
    case .amd64: AMD64.self
    case .i386: I386.self
    case .arm64: ARM64.self
    case .arm: ARM.self
    case .riscv64: RISCV64.self
    case .loong64: LOONG64.self
    case .ppc64le: PPC64.self
    case .s390x: S390X.self
    }
  }
}
