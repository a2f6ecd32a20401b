import Testing

@testable import Machine

/// LSE's words, as Go's disassembler prints them with a `?`, and GNU objdump's word for each.
@Suite("Atomics from their words") struct AtomicNameTests {
  @Test(arguments: [
    (0x88fb_fc41, "CASALW"), (0xc8e7_fc41, "CASALD"), (0xf8e2_0085, "LDADDALD"), (0xb8e9_0001, "LDADDALW"),
    (0xb8e2_8001, "SWPALW"), (0xf8e2_8001, "SWPALD"), (0x38e2_8001, "SWPALB"), (0xb8e2_1001, "LDCLRALW"),
    (0x38e2_3001, "LDORALB"), (0xb8e2_2001, "LDEORALW"), (0xb822_0001, "LDADDW"), (0xb8a2_0001, "LDADDAW"),
    (0xb862_0001, "LDADDLW"), (0x08a0_7c41, "CASB"),
  ])
  func known(word: UInt64, name: String) { #expect(ARM64.lse(word: word) == name) }

  /// LDAPR only loads; MRS, zero and a plain store are none at all.
  @Test(arguments: [0xb8bf_c001, 0xd503_415f, 0x0000_0000, 0xf900_03e0]) func others(word: UInt64) {
    #expect(ARM64.lse(word: word) == nil)
  }
}
