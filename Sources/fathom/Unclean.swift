/// A complete report that contains something to look at: the process exits with 1.
struct Unclean: Error {}
