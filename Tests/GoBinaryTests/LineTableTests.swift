import GoBinary
import SystemPackage
import Testing

struct LineTableTests {
  /// Every function, and the line of every fourth byte of the program.
  @Test(arguments: [
    ("linux/amd64", ""), ("linux/arm64", ""), ("linux/386", ""), ("linux/arm", ""), ("linux/s390x", ""),
    ("linux/amd64", "-ldflags='-s -w'"), ("linux/amd64", "-buildmode=pie"),
    ("linux/arm64", "-buildmode=pie -ldflags='-s -w'"), ("linux/amd64", "-gcflags=all='-N -l'"),
  ])
  func agreesWithDebugGosym(target: String, flags: String) throws {
    let folder = try scratchFolder()
    let program = try LineTableProgram.build(target, flags: flags, in: folder)
    let table = try #require(try LineTable(BinaryFile(path: program)))
    #expect(table.layout == .go120 && table.damaged == 0)
    var expected = try LineTableProgram.gosym(in: folder)[...]
    for (i, function) in table.functions.enumerated() {
      let name = String(decoding: table.name(function), as: UTF8.self)
      let bounds = "\(String(function.entry, radix: 16)) \(String(function.end, radix: 16))"
      try #require("\(bounds) \(name)" == expected.popFirst() ?? "")
      var cursor = table.lines(of: i)
      for address in stride(from: function.entry, to: function.end, by: 4) {
        let line = expected.popFirst() ?? ""
        // debug/gosym reads other functions' lines for those that have none.
        if !function.isGo { continue }
        let position = cursor.position(at: address).map {
          "\(String(decoding: table.file($0.file), as: UTF8.self)):\($0.line)"
        }
        try #require("\(String(address, radix: 16)) \(position ?? ":-1")" == line)
      }
    }
    #expect(expected.isEmpty)
  }

  /// The call of `main.where` in `main.outer` came through two inlined functions, twice.
  @Test(arguments: ["", "-buildmode=pie -ldflags='-s -w'"])
  func inlinedCallsAreTheRuntimes(flags: String) throws {
    let folder = try scratchFolder()
    let table = try #require(
      try LineTable(BinaryFile(path: LineTableProgram.build(flags: flags, in: folder))))
    let outer = try #require(table.index(named: "main.outer"))
    var cursor = table.lines(of: outer)
    var chains: Set<[String]> = []
    for address in table.functions[outer].entry..<table.functions[outer].end {
      chains.insert(
        cursor.callers(at: address).map { caller in
          let name = caller.name.map(table.inlinedName) ?? table.name(table.functions[outer])
          let file = caller.file.map(table.file) ?? []
          return String(decoding: name, as: UTF8.self) + " "
            + String(decoding: file.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
            + ":\(caller.line)"
        })
    }
    let printed = try LineTableProgram.output(in: folder).map(String.init)
    let starts = printed.indices.filter { printed[$0].hasPrefix("main.inner ") }
    #expect(starts.count == 2)
    for start in starts {
      #expect(printed[start + 2].hasPrefix("main.outer "))
      #expect(chains.contains(Array(printed[start..<start + 3])))
    }
  }

  /// `main.keeps` has a frame that the compiler names (`-gcflags=-S`: `TEXT main.keeps(SB), ABIInternal,
  /// $40-8`), and holds one pointer, in the slot where it stores what `main.fresh` returned, from there to
  /// its end: `CALL main.fresh(SB)`, `MOVQ AX, 0x18(SP)`.
  @Test(arguments: ["linux/amd64", "linux/arm64"])
  func pointersAreTheCompilers(target: String) throws {
    let folder = try scratchFolder()
    let program = try LineTableProgram.build(target, flags: "-gcflags=-S", in: folder)
    let table = try #require(try LineTable(BinaryFile(path: program)))
    let keeps = try #require(table.index(named: "main.keeps"))
    let function = table.functions[keeps]
    let text = try #require(
      try LineTableProgram.lines(of: folder.appending("compiler.txt")).first {
        $0.contains("TEXT\tmain.keeps(SB)")
      })
    let frame = try #require(text.split(separator: "$").last?.split(separator: "-").first.flatMap { Int($0) })
    #expect(function.frameBytes == frame)
    let depths = try #require(table.stackDepths(of: keeps))
    #expect(depths.first?.address == function.entry && depths.first?.bytes == 0)
    #expect(depths.map(\.bytes).max() == frame)

    let listing = try LineTableProgram.objdump("main.keeps", in: folder)
    let call = try #require(listing.firstIndex { $0.contains("main.fresh") })
    let operand = try #require(listing[call + 1].split(whereSeparator: " \t".contains).last)
    let digits = operand.prefix { $0 != "(" }
    let slot = try #require(
      digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits))
    var held: [Bool] = []
    for address in function.entry..<function.end {
      let map = try #require(table.pointerMap(of: keeps, at: address))
      #expect(map.arguments.offset == frame + 8)
      let pointers = (0..<map.locals.count).filter { map.locals[$0] }.map { map.locals.offset + $0 * 8 }
      #expect(pointers == [] || pointers == [slot])
      if held.last != !pointers.isEmpty { held.append(!pointers.isEmpty) }
    }
    // Not before `main.fresh`, then for `main.consume`, not for `runtime.morestack`.
    #expect(held == [false, true, false])
  }

  /// The byte that an open-coded defer zeroes at entry, and the slot of a closure, in the listing.
  @Test func defers() throws {
    let folder = try scratchFolder()
    let table = try #require(try LineTable(BinaryFile(path: LineTableProgram.build(in: folder))))
    let open = try #require(table.index(named: "main.defers"))
    #expect(table.functions[open].deferReturn > 0)
    let defers = try #require(table.openDefers(of: open))
    let listing = try LineTableProgram.objdump("main.defers", in: folder)
    let bits = "MOVB $0x0, 0x\(String(defers.deferBits, radix: 16))(SP)"
    #expect(listing.contains { $0.contains(bits) })
    let slots = defers.slots.isEmpty ? (0..<3).map { defers.firstSlot + $0 * 8 } : defers.slots
    #expect(slots.count == 3)
    for slot in slots {
      let store = ", 0x\(String(slot, radix: 16))(SP)"
      #expect(listing.contains { $0.contains("MOVQ") && $0.contains(store) })
    }
    let heap = try #require(table.index(named: "main.loops"))
    #expect(table.functions[heap].deferReturn > 0)
    #expect(table.openDefers(of: heap) == nil)
    let none = try #require(table.index(named: "main.keeps"))
    #expect(table.functions[none].deferReturn == 0)
  }

  /// gcc leaves the words that the loader fills at zero; up to Go 1.25 it folds the table itself into
  /// `.data.rel.ro`. The program's own symbols say where its functions are.
  @Test func externallyLinkedPIE() throws {
    let folder = try scratchFolder()
    let program = try LineTableProgram.build(
      flags: "-buildmode=pie -ldflags=-linkmode=external", cgo: true, in: folder)
    let table = try #require(try LineTable(BinaryFile(path: program)))
    #expect(table.functions.count > 1000 && table.damaged == 0)
    var names: [UInt64: Set<Substring>] = [:]
    for line in try LineTableProgram.symbols(in: folder) {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, let address = UInt64(words[0], radix: 16) else { continue }
      // The table knows no ABI.
      names[address, default: []].insert(words[2].hasSuffix(".abi0") ? words[2].dropLast(5) : words[2])
    }
    for function in table.functions where function.isGo {
      // Go's linker spells `type:.eq.net.dialResult·2` with a dot for gcc.
      let name = String(decoding: table.name(function), as: UTF8.self)
      let dotted = name.split(separator: "\u{b7}").joined(separator: ".")
      let known = names[function.entry] ?? []
      try #require(known.contains(name[...]) || known.contains(dotted[...]))
    }
    let outer = try #require(table.index(named: "main.outer"))
    var cursor = table.lines(of: outer)
    let function = table.functions[outer]
    #expect((function.entry..<function.end).contains { cursor.callers(at: $0).count == 3 })
    let keeps = try #require(table.index(named: "main.keeps"))
    #expect(table.pointerMap(of: keeps, at: table.functions[keeps].entry) != nil)
  }

  /// A table in a section that does not say so is found by its header.
  @Test func foldedIntoAnotherSection() throws {
    let path = try LineTableProgram.build(in: scratchFolder())
    let table = try #require(try LineTable(BinaryFile(path: path)))
    var bytes = try contents(of: path)
    let name = Array(".gopclntab".utf8)
    let start = try #require(bytes.indices.last { bytes[$0...].starts(with: name) })
    bytes.replaceSubrange(start..<start + name.count, with: Array(".rdata".utf8) + [0, 0, 0, 0])
    try write(bytes, to: path)
    let folded = try #require(try LineTable(BinaryFile(path: path)))
    #expect(folded.functions.map(\.entry) == table.functions.map(\.entry))
    #expect(folded.functions.map(\.frameBytes) == table.functions.map(\.frameBytes))
  }

  /// The linker takes C objects in itself where their package is one of the standard library's.
  @Test func codeThatIsNotGo() throws {
    let folder = try scratchFolder()
    let program = try LineTableProgram.build(
      flags: "-ldflags=-linkmode=internal", cgo: true, in: folder)
    let table = try #require(try LineTable(BinaryFile(path: program)))
    let foreign = try #require(table.index(named: "x_cgo_init"))
    #expect(!table.functions[foreign].isGo)
    #expect(table.functions[foreign].frameBytes == nil && table.functions[foreign].file == nil)
    #expect(table.stackDepths(of: foreign) == nil)
    var cursor = table.lines(of: foreign)
    #expect(cursor.position(at: table.functions[foreign].entry) == nil)
    let start = try #require(table.index(named: "runtime.goexit"))
    #expect(table.functions[start].isAssembly && table.functions[start].isTop && table.functions[start].isGo)
    let main = try #require(table.index(named: "main.main"))
    #expect(!table.functions[main].isAssembly)
    #expect(table.functions[main].startLine == LineTableProgram.line(of: "func main() {"))
    let file = try #require(table.functions[main].file)
    #expect(table.file(file).elementsEqual("\(folder)/app/main.go".utf8))
  }

  @Test func whatHasNoTable() throws {
    #expect(try LineTable(BinaryFile(path: "/bin/sh")) == nil)
  }
}
