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
    for slot in 0..<3 {
      let store = ", 0x\(String(defers.firstSlot + slot * 8, radix: 16))(SP)"
      #expect(listing.contains { $0.contains("MOVQ") && $0.contains(store) })
    }
    let heap = try #require(table.index(named: "main.loops"))
    #expect(table.functions[heap].deferReturn > 0)
    #expect(table.openDefers(of: heap) == nil)
    let none = try #require(table.index(named: "main.keeps"))
    #expect(table.functions[none].deferReturn == 0)
  }
}
