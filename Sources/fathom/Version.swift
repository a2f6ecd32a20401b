/// The version of this fathom.
enum Version {
  static let text = "0.1.0"
}
