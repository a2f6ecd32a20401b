/// An error that the user can do something about; its text says what.
struct FathomError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
