import ProgramModel
import Scan

/// The records of an earlier scan, as they come through a pipe.
enum RecordsEntry {
  static func run(_ bytes: [UInt8]) {
    DescriptorOfBytes.with(bytes) { descriptor in
      var reader = RecordReader(descriptor, beginning: [], input: "-")
      _ = try? reader.read(module: nil)
    }
  }
}
