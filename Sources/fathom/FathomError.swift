/// An error that the user can do something about, which its text says.
struct FathomError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
