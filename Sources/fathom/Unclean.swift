/// A report that was written whole and holds something to look at: exit 1.
struct Unclean: Error {}
