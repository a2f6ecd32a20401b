import Evidence
import ProgramModel

/// What people paste of a crash or a dump, and its join onto a program of which nothing is known.
enum EvidenceEntry {
  static func run(_ bytes: [UInt8]) {
    let traces = DescriptorOfBytes.with(bytes) { descriptor in
      var reader = LogReader(descriptor)
      return reader.read().traces
    }
    let program = Program(
      header: .init(input: "-", inputKind: .text, arch: .amd64, disassembler: .go), names: NameTable(),
      functions: [], diagnostics: Diagnostics(), isPartial: false)
    if let traces {
      let names = TracedNames(program)
      for crash in traces.crashes { _ = Postmortem(crash, of: traces, in: program, index: names) }
      _ = GoroutineGroups(traces, in: program, index: names)
    }
    if let memory = StackWords(bytes.span) {
      _ = StackValues(memory, slide: 0)
      _ = RawStack(memory, in: program, listings: [:], slide: 0)
    }
    let map = MemoryMap(bytes.span)
    _ = map.slide(of: "app", offset: 0x1000, address: 0x401000)
  }
}
