import Testing

@testable import Machine

/// When a function is read once more with all its lines, since one that was left out may say what moves SP.
@Suite("Amounts that filtered lines do not give") struct SketchTests {
  @Test func aReleaseRightBeforeTheReturnIsOfNoAccount() {
    var sketch = Sketch()
    sketch.moveSPUnknown(sign: 1, line: 7)
    #expect(sketch.needsAllLines)
    sketch.stop(line: 8)
    #expect(!sketch.needsAllLines)
  }

  /// What takes room may look like a release: `SUB R1, SP` where R1 is negative. Only a return shows that it is one.
  @Test func behindACallItMayHaveTakenTheFrame() {
    var sketch = Sketch()
    sketch.moveSPUnknown(sign: 1, line: 1)
    let name = Array("runtime.gopanic".utf8)
    sketch.call(Target(symbol: 0..<name.count), line: 2, text: name.span)
    #expect(sketch.steps.last?.operation == .stop)
    #expect(sketch.needsAllLines)
    sketch.stop(line: 3)
    #expect(sketch.needsAllLines)
  }

  @Test func aReservationAsksForAllLines() {
    var sketch = Sketch()
    sketch.moveSPUnknown(sign: -1, line: 1)
    sketch.stop(line: 2)
    #expect(sketch.needsAllLines)
    sketch.moveSPUnknown(sign: 1, line: 3)
    sketch.stop(line: 4)
    #expect(sketch.needsAllLines)
    sketch.reset()
    #expect(!sketch.needsAllLines)
  }

  @Test func twoReleasesAreMoreThanAFunctionsEnd() {
    var sketch = Sketch()
    sketch.moveSPUnknown(sign: 1, line: 1)
    sketch.moveSPUnknown(sign: 1, line: 2)
    sketch.stop(line: 3)
    #expect(sketch.needsAllLines)
  }
}
