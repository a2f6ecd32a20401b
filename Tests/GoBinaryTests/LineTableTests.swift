import GoBinary
import SystemPackage
import Testing

struct LineTableTests {
  /// Every function, and the line of every fourth byte of the program.
  @Test(arguments: [
    ("linux/amd64", ""), ("linux/arm64", ""), ("linux/386", ""), ("linux/s390x", ""),
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

  /// A frame, the slot of a pointer in it, and where it holds one, as the compiler lists them
  /// (`-gcflags=-S`): `TEXT main.keeps(SB), ABIInternal, $40-8`, `MOVQ AX, main.kept+24(SP)`.
  @Test(arguments: [("linux/amd64", 0), ("linux/arm64", 0), ("linux/amd64", 128)])
  func pointersAreTheCompilers(target: String, frameBelow: Int) throws {
    let folder = try scratchFolder()
    let program = try LineTableProgram.build(target, flags: "-gcflags=-S", in: folder)
    let table = try #require(try LineTable(BinaryFile(path: program)))
    let keeps = try #require(table.index(named: "main.keeps"))
    let function = table.functions[keeps]
    let listing = try LineTableProgram.lines(of: folder.appending("compiler.txt"))
    let text = try #require(listing.first { $0.contains("TEXT\tmain.keeps(SB)") })
    let frame = try #require(text.split(separator: "$").last?.split(separator: "-").first.flatMap { Int($0) })
    let isARM = target.hasSuffix("arm64")
    // The saved BP is in TEXT's number on amd64; arm64's leaves out the saved LR, and pads to 16.
    #expect(function.frameBytes == (isARM ? (frame + 8 + 15) / 16 * 16 : frame))
    #expect(table.stackDepths(of: keeps)?.map(\.bytes).max() == function.frameBytes)
    #expect(table.stackDepths(of: keeps)?.first?.bytes == 0)
    let store = try #require(listing.first { $0.contains("main.kept") && $0.contains("(SP)") && $0.contains("MOV") })
    let operand = try #require(store.split(separator: " ").first { $0.contains("main.kept") })
    let listed = try #require(
      Int(operand.drop { $0 != "+" && $0 != "-" }.prefix { $0 != "(" }.drop { $0 == "+" }))
    // On arm64 the compiler's listing counts from the hardware SP too, above the saved LR.
    let slot = listed
    var cursor = table.lines(of: keeps)
    var held: Set<Bool> = []
    for address in function.entry..<function.end {
      let map = try #require(table.pointerMap(of: keeps, at: address))
      let index = try #require((0..<map.locals.count).first { map.locals.offset + $0 * 8 == slot })
      held.insert(map.locals[index])
      #expect(!(0..<map.locals.count).contains { $0 != index && map.locals[$0] })
      #expect((0..<map.arguments.count).allSatisfy { !map.arguments[$0] })
      if cursor.position(at: address)?.line == 43 { #expect(map.arguments.offset == frameOfArguments(function)) }
    }
    #expect(held == [false, true])
  }

  private func frameOfArguments(_ function: TableFunction) -> Int { (function.frameBytes ?? 0) + 8 }

  @Test func defers() throws {
    let folder = try scratchFolder()
    let table = try #require(try LineTable(BinaryFile(path: LineTableProgram.build(in: folder))))
    let open = try #require(table.index(named: "main.defers"))
    #expect(table.functions[open].deferReturn > 0)
    let defers = try #require(table.openDefers(of: open))
    let frame = try #require(table.functions[open].frameBytes)
    #expect(0..<frame ~= defers.deferBits && 0..<frame ~= defers.firstSlot)
    let heap = try #require(table.index(named: "main.loops"))
    #expect(table.functions[heap].deferReturn > 0)
    #expect(table.openDefers(of: heap) == nil)
    let none = try #require(table.index(named: "main.keeps"))
    #expect(table.functions[none].deferReturn == 0)
  }
}
