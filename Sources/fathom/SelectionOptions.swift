import ArgumentParser
import ProgramModel
import Reporting

/// The options of every command that lists functions: which ones it lists.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only names with this in them; with * or ? the whole name must match.", valueName: "pattern"))
  var filter: String?

  @Option(help: ArgumentHelp("Only these, with commas between.", valueName: "origins"))
  var origin: OriginChoice?

  /// The selection of these options; without any, the report chooses.
  var selection: Selection {
    Selection(pattern: filter.map { NamePattern($0) }, origins: origin?.origins)
  }
}
