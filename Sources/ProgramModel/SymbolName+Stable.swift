extension SymbolName {
  public var outermost: (package: String, function: String) {
    let p = package ?? ""
    var f = p.isEmpty ? text : String(text.dropFirst(p.count + 1))
    if let r = f.range(of: ".func") { f = String(f[..<r.lowerBound]) }
    return (p, f)
  }
}
extension String {
  fileprivate func range(of t: String) -> Range<String.Index>? {
    var i = startIndex
    while i < endIndex {
      if self[i...].hasPrefix(t) { return i..<index(i, offsetBy: t.count) }
      i = index(after: i)
    }
    return nil
  }
}
