import ProgramModel

// The raw values again, as literals: the words that every record has are put without making a String.

extension Origin {
  var literal: StaticString {
    switch self {
    case .own: "own"
    case .dependency: "dependency"
    case .std: "std"
    case .runtime: "runtime"
    case .compiler: "compiler"
    case .c: "c"
    case .unknown: "unknown"
    }
  }
}

extension FrameSource {
  var literal: StaticString {
    switch self {
    case .walk: "walk"
    case .check: "check"
    case .table: "table"
    }
  }
}

extension SplitCheck {
  var literal: StaticString {
    switch self {
    case .none: "none"
    case .small: "small"
    case .big: "big"
    case .huge: "huge"
    }
  }
}

extension DeferSite.Kind {
  var literal: StaticString {
    switch self {
    case .open: "open"
    case .stack: "stack"
    case .heap: "heap"
    case .range: "range"
    }
  }
}

extension OpenReason {
  var literal: StaticString {
    switch self {
    case .parameter: "parameter"
    case .result: "result"
    case .global: "global"
    case .field: "field"
    case .method: "method"
    case .several: "several"
    case .frame: "frame"
    case .table: "table"
    case .data: "data"
    case .far: "far"
    case .computed: "computed"
    }
  }
}
